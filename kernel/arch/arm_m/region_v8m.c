// SPDX-License-Identifier: Apache-2.0
/*
 * Regions of the v8-M protection unit (Armv8-M Architecture Reference Manual, B11 and D1.2.182
 * ff.): first and last 32 bytes of a range. Two regions over one byte make any access to it fault,
 * for the kernel too, so that regions of a process must never overlap. `base` is RBAR and
 * `attributes` RLAR, with attribute 0 of MAIR0. Pure functions.
 */
#include <base/checked.h>
#include <kernel/arch.h>

enum { GRANULE = 32 };

#define RBAR_XN     1u
#define RBAR_AP_RW  (1u << 1) /* read and write for all */
#define RBAR_AP_RO  (3u << 1) /* read-only for all, the kernel included */
#define RLAR_ENABLE 1u

static uint32_t access_bits(enum arch_access access)
{
    switch (access) {
    case ARCH_READ_WRITE:
        return RBAR_AP_RW | RBAR_XN;
    case ARCH_READ_EXECUTE:
        return RBAR_AP_RO;
    default:
        return RBAR_AP_RO | RBAR_XN;
    }
}

bool arch_region_encode(uint32_t start, uint32_t end, enum arch_access access,
                        struct arch_region *region)
{
    if (end <= start || !ck_is_aligned(start, GRANULE) || !ck_is_aligned(end, GRANULE)) {
        return false;
    }
    region->base = start | access_bits(access);
    region->attributes = (end - GRANULE) | RLAR_ENABLE; /* the limit is inside */
    return true;
}

bool arch_region_cover(uint32_t start, uint32_t end, enum arch_access access,
                       struct arch_region region[2])
{
    region[1] = (struct arch_region){0, 0};
    return arch_region_encode(start, end, access, &region[0]);
}

bool arch_block_size(uint32_t need, uint32_t minimum, uint32_t *size, uint32_t *alignment,
                     uint32_t *granule)
{
    *alignment = GRANULE;
    *granule = GRANULE;
    return ck_align_up(ck_max(need, minimum), GRANULE, size);
}
