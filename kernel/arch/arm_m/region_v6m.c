// SPDX-License-Identifier: Apache-2.0
/* Armv6-M Architecture Reference Manual, B3.5.4: 256 bytes; every region has subregions. */
#include "region.h"

const struct region_limits region_limits = {.smallest_log2 = 8};
