// SPDX-License-Identifier: Apache-2.0
#include <base/checked.h>

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const uint32_t edges[] = {0,          1,          2,          3,          4,
                                 0x7FFFFFFF, 0x80000000, 0x80000001, 0xFFFFFFFE, 0xFFFFFFFF};
#define EDGE_COUNT (sizeof edges / sizeof edges[0])

static void sums_and_products_are_right_or_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < EDGE_COUNT; i++) {
        for (size_t j = 0; j < EDGE_COUNT; j++) {
            uint64_t a = edges[i];
            uint64_t b = edges[j];
            uint32_t out = 0x5A5A5A5A;

            assert_int_equal(ck_add(edges[i], edges[j], &out), a + b <= UINT32_MAX);
            assert_true(a + b <= UINT32_MAX ? out == a + b : out == 0x5A5A5A5A);
            out = 0x5A5A5A5A;
            assert_int_equal(ck_mul(edges[i], edges[j], &out), a * b <= UINT32_MAX);
            assert_true(a * b <= UINT32_MAX ? out == a * b : out == 0x5A5A5A5A);
            out = 0x5A5A5A5A;
            assert_int_equal(ck_sub(edges[i], edges[j], &out), a >= b);
            assert_true(a >= b ? out == a - b : out == 0x5A5A5A5A);
        }
    }
}

static void a_range_is_inside_exactly_when_wide_arithmetic_says_so(void **state)
{
    (void)state;
    for (size_t i = 0; i < EDGE_COUNT; i++) {
        for (size_t j = 0; j < EDGE_COUNT; j++) {
            for (size_t k = 0; k < EDGE_COUNT; k++) {
                for (size_t l = 0; l < EDGE_COUNT; l++) {
                    uint64_t start = edges[i];
                    uint64_t end = start + edges[j];
                    bool inside = edges[k] <= edges[l] && start >= edges[k] && end <= edges[l];

                    assert_int_equal(ck_range_in(edges[i], edges[j], edges[k], edges[l]), inside);
                }
            }
        }
    }
}

static void ranges_overlap_exactly_when_a_byte_is_shared(void **state)
{
    (void)state;
    for (uint32_t a = 0; a < 8; a++) {
        for (uint32_t an = 0; an < 8; an++) {
            for (uint32_t b = 0; b < 8; b++) {
                for (uint32_t bn = 0; bn < 8; bn++) {
                    bool shared = false;

                    for (uint32_t byte = 0; byte < 16; byte++) {
                        shared |= byte >= a && byte < a + an && byte >= b && byte < b + bn;
                    }
                    assert_int_equal(ck_ranges_overlap(a, an, b, bn), shared);
                }
            }
        }
    }
    assert_true(ck_ranges_overlap(0xFFFFFFF0, 0xFFFFFFFF, 0xFFFFFFFF, 1));
    assert_false(ck_ranges_overlap(0, 0xFFFFFFFF, 0xFFFFFFFF, 1));
}

static void rounding_is_right_or_refused(void **state)
{
    uint32_t out = 7;

    (void)state;
    assert_true(ck_align_up(0, 4, &out));
    assert_int_equal(out, 0);
    assert_true(ck_align_up(1, 4, &out));
    assert_int_equal(out, 4);
    assert_true(ck_align_up(0xFFFFFFFC, 4, &out));
    assert_int_equal(out, 0xFFFFFFFC);
    assert_false(ck_align_up(0xFFFFFFFD, 4, &out));
    assert_false(ck_align_up(1, 3, &out));
    assert_false(ck_align_up(1, 0, &out));
    assert_int_equal(ck_align_down(7, 4), 4);
    assert_true(ck_is_aligned(8, 4));
    assert_false(ck_is_aligned(9, 4));
    assert_false(ck_is_power_of_two(0));
    assert_true(ck_is_power_of_two(0x80000000));
    assert_int_equal(ck_min(3, 4), 3);
    assert_int_equal(ck_max(3, 4), 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_and_products_are_right_or_refused),
        cmocka_unit_test(a_range_is_inside_exactly_when_wide_arithmetic_says_so),
        cmocka_unit_test(ranges_overlap_exactly_when_a_byte_is_shared),
        cmocka_unit_test(rounding_is_right_or_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
