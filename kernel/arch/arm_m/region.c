// SPDX-License-Identifier: Apache-2.0
/*
 * Regions of the v7-M and v6-M protection units (Architecture Reference Manuals, B3.5): a power of
 * two in size, aligned to it, with eight subregions that can be switched off one by one when the
 * region has at least 256 bytes. They differ in the smallest region (region_limits). Pure
 * functions: tests run them on the host against a model of the hardware.
 */
#include "region.h"

#include <base/checked.h>
#include <kernel/arch.h>

enum {
    SUBREGIONS_LOG2 = 8, /* smallest region that has subregions */
    SUBREGION_COUNT = 8
};

/* RASR fields */
#define RASR_ENABLE     1u
#define RASR_SIZE(log2) (((log2) << 1) - 2u)
#define RASR_SRD(mask)  ((mask) << 8)
#define RASR_CACHEABLE  (1u << 17)
#define RASR_SHAREABLE  (1u << 18)
#define RASR_AP_RW      (3u << 24) /* read and write for all */
#define RASR_AP_RO      (6u << 24) /* read-only for all, the kernel included */
#define RASR_XN         (1u << 28)

static uint32_t access_bits(enum arch_access access)
{
    switch (access) {
    case ARCH_READ_WRITE:
        return RASR_AP_RW | RASR_XN | RASR_SHAREABLE | RASR_CACHEABLE;
    case ARCH_READ_EXECUTE:
        return RASR_AP_RO | RASR_CACHEABLE;
    default:
        return RASR_AP_RO | RASR_XN | RASR_CACHEABLE;
    }
}

/* Subregions of [base, base + 2^log2) that are outside [start, end): they are switched off. */
static uint32_t disabled_mask(uint32_t base, uint32_t log2, uint32_t start, uint32_t end)
{
    uint32_t step = log2 - 3;
    uint32_t first = (start - base) >> step;
    uint32_t last = (end - 1 - base) >> step;
    uint32_t enabled = (0xFFu >> (SUBREGION_COUNT - 1 - (last - first))) << first;

    return ~enabled & 0xFFu;
}

bool arch_region_encode(uint32_t start, uint32_t end, enum arch_access access,
                        struct arch_region *region)
{
    if (end <= start) {
        return false;
    }
    for (uint32_t log2 = region_limits.smallest_log2; log2 < 32; log2++) {
        uint32_t size = 1u << log2;
        uint32_t base = ck_align_down(start, size);
        uint32_t step = log2 >= SUBREGIONS_LOG2 ? size / SUBREGION_COUNT : size;

        if (end - 1 - base >= size) {
            continue; /* does not reach the end */
        }
        if (ck_is_aligned(start, step) && ck_is_aligned(end, step)) {
            uint32_t disabled = log2 >= SUBREGIONS_LOG2 ? disabled_mask(base, log2, start, end) : 0;

            region->base = base;
            region->attributes =
                access_bits(access) | RASR_SRD(disabled) | RASR_SIZE(log2) | RASR_ENABLE;
            return true;
        }
    }
    return false;
}

static bool split_at(uint32_t start, uint32_t middle, uint32_t end, enum arch_access access,
                     struct arch_region region[2])
{
    return middle > start && middle < end &&
           arch_region_encode(start, middle, access, &region[0]) &&
           arch_region_encode(middle, end, access, &region[1]);
}

bool arch_region_cover(uint32_t start, uint32_t end, enum arch_access access,
                       struct arch_region region[2])
{
    region[1] = (struct arch_region){0, 0};
    if (arch_region_encode(start, end, access, &region[0])) {
        return true;
    }
    if (end <= start) {
        return false;
    }
    /* A good place to split is well aligned: try the first and the last multiple of each power. */
    for (uint32_t log2 = 31; log2 >= region_limits.smallest_log2; log2--) {
        uint32_t first = ck_align_down(start, 1u << log2);
        uint32_t last = ck_align_down(end - 1, 1u << log2);

        if ((ck_add(first, 1u << log2, &first) && split_at(start, first, end, access, region)) ||
            split_at(start, last, end, access, region)) {
            return true;
        }
    }
    return false;
}

bool arch_block_size(uint32_t need, uint32_t minimum, uint32_t *size, uint32_t *alignment,
                     uint32_t *granule)
{
    uint32_t half = minimum / 2;

    while (half < (1u << 30) && need > 2 * half) {
        half *= 2;
    }
    *alignment = half;
    *granule = half / SUBREGION_COUNT;
    if (need > 2 * half || !ck_align_up(need, *granule, size)) {
        return false;
    }
    *size = ck_max(*size, minimum);
    return true;
}
