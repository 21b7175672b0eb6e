// SPDX-License-Identifier: Apache-2.0
/* Armv7-M Architecture Reference Manual, B3.5 (PMSAv7): 8 regions, at least 32 bytes each. */
#include "pmsa_model.h"
#include "unit.h"

const char *const unit_name = "v7-M";
const uint32_t pmsa_size_field_min = 4;
