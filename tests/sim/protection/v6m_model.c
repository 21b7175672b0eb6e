// SPDX-License-Identifier: Apache-2.0
/* Armv6-M Architecture Reference Manual, B3.5 (PMSAv6): 8 regions, at least 256 bytes each. */
#include "pmsa_model.h"
#include "unit.h"

const char *const unit_name = "v6-M";
const uint32_t pmsa_size_field_min = 7;
