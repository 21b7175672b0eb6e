// SPDX-License-Identifier: Apache-2.0
/*
 * The region planner against a model of the Armv7-M protection unit (Architecture Reference Manual,
 * B3.5), over every size, alignment and break within bounds: what the hardware would let a process
 * touch is exactly what was asked for, byte by byte in steps of the smallest region.
 */
#include <base/checked.h>
#include <kernel/arch.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

enum { STEP = 32 };

/* Whether the hardware, programmed so, applies this region to an address. */
static bool model_hit(const struct arch_region *region, uint32_t address)
{
    uint32_t attributes = region->attributes;
    uint32_t log2 = ((attributes >> 1) & 31) + 1;
    uint32_t size = log2 < 32 ? 1u << log2 : 0;
    uint32_t disabled = (attributes >> 8) & 0xFF;

    if ((attributes & 1) == 0) {
        return false;
    }
    assert_true(log2 >= 5);
    assert_int_equal(region->base & (size - 1), 0); /* unaligned is unpredictable */
    assert_int_equal(region->base & 31, 0);
    if (address - region->base >= size) {
        return false;
    }
    if (log2 < 8) {
        assert_int_equal(disabled, 0); /* small regions have no subregions */
        return true;
    }
    return ((disabled >> ((address - region->base) >> (log2 - 3))) & 1) == 0;
}

static bool model_two(const struct arch_region region[2], uint32_t address)
{
    return model_hit(&region[0], address) || model_hit(&region[1], address);
}

/* The two regions cover [start, end) and nothing else within `around` bytes of it. */
static void assert_exact(const struct arch_region region[2], uint32_t start, uint32_t end,
                         uint32_t around)
{
    for (uint32_t a = start - around; a != end + around; a += STEP) {
        if (model_two(region, a) != (a >= start && a < end)) {
            fail_msg("[0x%08x, 0x%08x): 0x%08x is %s", start, end, a,
                     a >= start && a < end ? "missing" : "exposed");
        }
    }
}

static void what_is_covered_is_covered_exactly(void **state)
{
    unsigned long cases = 0;
    unsigned long covered = 0;

    (void)state;
    for (uint32_t start = 0x21100000; start < 0x21100000 + 0x10000; start += 0x1000) {
        for (uint32_t size = 0x1000; size <= 0x28000; size += 0x1000) {
            struct arch_region region[2];

            cases++;
            if (arch_region_cover(start, start + size, ARCH_READ_EXECUTE, region)) {
                covered++;
                assert_exact(region, start, start + size, 0x20000);
            }
        }
    }
    for (uint32_t start = 0x20000000; start < 0x20000800; start += STEP) {
        for (uint32_t size = STEP; size <= 0x1000; size += STEP) {
            struct arch_region region[2];

            cases++;
            if (arch_region_cover(start, start + size, ARCH_READ_WRITE, region)) {
                covered++;
                assert_exact(region, start, start + size, 0x1000);
            }
        }
    }
    printf("%lu ranges, %lu of them can be covered\n", cases, covered);
    assert_true(covered > cases / 8);
}

static void every_app_of_up_to_32_kib_fits_at_every_page(void **state)
{
    (void)state;
    for (uint32_t start = 0x21100000; start < 0x21180000; start += 0x1000) {
        for (uint32_t size = 0x1000; size <= 0x8000; size += 0x1000) {
            struct arch_region region[2];

            assert_true(arch_region_cover(start, start + size, ARCH_READ_EXECUTE, region));
        }
    }
}

static void every_break_of_every_block_can_be_shown_exactly(void **state)
{
    static const uint32_t minimums[] = {512, 4096, 16384};
    unsigned long cases = 0;

    (void)state;
    for (size_t m = 0; m < 3; m++) {
        for (uint32_t need = 1; need <= 100000; need += need < 4096 ? 61 : 1021) {
            uint32_t size;
            uint32_t alignment;
            uint32_t granule;

            assert_true(arch_block_size(need, minimums[m], &size, &alignment, &granule));
            assert_true(size >= need && size >= minimums[m]);
            assert_true(ck_is_power_of_two(alignment) && size % granule == 0);
            for (uint32_t slot = 0; slot < 3; slot++) {
                uint32_t start = 0x20100000 + slot * alignment;

                for (uint32_t shown = granule; shown <= size; shown += granule) {
                    struct arch_region region[2];

                    cases++;
                    assert_true(arch_region_cover(start, start + shown, ARCH_READ_WRITE, region));
                    assert_true(model_two(region, start));
                    assert_true(model_two(region, start + shown - STEP));
                    assert_false(model_two(region, start - STEP));
                    assert_false(model_two(region, start + shown));
                    assert_exact(region, start, start + shown, granule);
                }
            }
        }
    }
    printf("%lu breaks\n", cases);
}

static void access_rights_are_what_was_asked_for(void **state)
{
    struct arch_region region;

    (void)state;
    assert_true(arch_region_encode(0x20000000, 0x20000400, ARCH_READ_WRITE, &region));
    assert_int_equal((region.attributes >> 24) & 7, 3); /* all: read and write */
    assert_int_equal((region.attributes >> 28) & 1, 1); /* never execute */
    assert_true(arch_region_encode(0x20000000, 0x20000400, ARCH_READ_EXECUTE, &region));
    assert_int_equal((region.attributes >> 24) & 7, 6); /* all: read only */
    assert_int_equal((region.attributes >> 28) & 1, 0);
    assert_true(arch_region_encode(0x20000000, 0x20000400, ARCH_READ_ONLY, &region));
    assert_int_equal((region.attributes >> 24) & 7, 6);
    assert_int_equal((region.attributes >> 28) & 1, 1);
}

static void impossible_ranges_are_refused(void **state)
{
    struct arch_region region[2];
    uint32_t size;
    uint32_t alignment;
    uint32_t granule;

    (void)state;
    assert_false(arch_region_cover(0x1000, 0x1000, ARCH_READ_WRITE, region));
    assert_false(arch_region_cover(0x2000, 0x1000, ARCH_READ_WRITE, region));
    assert_false(arch_region_cover(0x1001, 0x2000, ARCH_READ_WRITE, region));
    assert_false(arch_region_cover(0x1000, 0x1010, ARCH_READ_WRITE, region));
    assert_false(arch_block_size(UINT32_MAX, 16384, &size, &alignment, &granule));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_covered_is_covered_exactly),
        cmocka_unit_test(every_app_of_up_to_32_kib_fits_at_every_page),
        cmocka_unit_test(every_break_of_every_block_can_be_shown_exactly),
        cmocka_unit_test(access_rights_are_what_was_asked_for),
        cmocka_unit_test(impossible_ranges_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
