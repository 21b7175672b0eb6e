// SPDX-License-Identifier: Apache-2.0
/* In what the protection units of v7-M and v6-M differ; one of region_v7m.c and region_v6m.c is
 * linked. */
#ifndef ARM_M_REGION_H
#define ARM_M_REGION_H

#include <stdint.h>

struct region_limits {
    uint32_t smallest_log2; /* of the size of a region, at most 8 */
};

extern const struct region_limits region_limits;

#endif
