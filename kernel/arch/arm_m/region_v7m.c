// SPDX-License-Identifier: Apache-2.0
/* Armv7-M Architecture Reference Manual, B3.5.4: 32 bytes; subregions from 256 bytes on. */
#include "region.h"

const struct region_limits region_limits = {.smallest_log2 = 5};
