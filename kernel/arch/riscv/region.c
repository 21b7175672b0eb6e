// SPDX-License-Identifier: Apache-2.0
/*
 * Regions of the RISC-V protection unit (Privileged Architecture, 3.7): a pair of entries, the
 * lower one off and holding the first address, the upper one TOR, "top of range", up to the end.
 * Exact to 4 bytes. `base` is the first address; `attributes` the end, a multiple of 4, with the
 * access in its two low bits. Pure functions.
 */
#include "region.h"

#include <base/checked.h>

enum {
    UNIT = 4,    /* smallest step of the hardware */
    GRANULE = 32 /* step of a break: what a process has at its start holds one frame */
};

#define PMP_READ    1u
#define PMP_WRITE   2u
#define PMP_EXECUTE 4u
#define PMP_TOR     (1u << 3)

#define ACCESS_MASK 3u

static uint8_t config_bits(uint32_t access)
{
    switch (access) {
    case ARCH_READ_WRITE + 1u:
        return PMP_TOR | PMP_READ | PMP_WRITE;
    case ARCH_READ_EXECUTE + 1u:
        return PMP_TOR | PMP_READ | PMP_EXECUTE;
    default:
        return PMP_TOR | PMP_READ;
    }
}

bool arch_region_encode(uint32_t start, uint32_t end, enum arch_access access,
                        struct arch_region *region)
{
    if (end <= start || !ck_is_aligned(start, UNIT) || !ck_is_aligned(end, UNIT)) {
        return false;
    }
    region->base = start;
    region->attributes = end | ((uint32_t)access + 1u);
    return true;
}

bool arch_region_cover(uint32_t start, uint32_t end, enum arch_access access,
                       struct arch_region region[2])
{
    region[1] = (struct arch_region){0, 0};
    return arch_region_encode(start, end, access, &region[0]);
}

struct riscv_pmp_pair riscv_region_pair(const struct arch_region *region)
{
    struct riscv_pmp_pair pair = {{0, 0}, {0, 0}};
    uint32_t access = region->attributes & ACCESS_MASK;

    if (access != 0) {
        pair.address[0] = region->base / UNIT;
        pair.address[1] = region->attributes / UNIT;
        pair.config[1] = config_bits(access);
    }
    return pair;
}

bool arch_block_size(uint32_t need, uint32_t minimum, uint32_t *size, uint32_t *alignment,
                     uint32_t *granule)
{
    *alignment = GRANULE;
    *granule = GRANULE;
    return ck_align_up(ck_max(need, minimum), GRANULE, size);
}
