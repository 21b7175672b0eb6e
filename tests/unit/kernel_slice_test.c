// SPDX-License-Identifier: Apache-2.0
/* Slices: no part is so short that the tick would never let go of the processor; no time is lost.
 */
#include "../../kernel/arch/arm_m/slice.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { SLICE = 250000, HELD = 6250, STEP = 7 };

static void no_part_is_shorter_than_its_handler(void **state)
{
    uint32_t cases = 0;

    (void)state;
    for (uint32_t ticks = 0; ticks <= SLICE; ticks += ticks < 3 * HELD ? 1 : STEP) {
        for (uint32_t held = 0; held <= 2 * HELD; held += 125) {
            struct slice slice = slice_divide(ticks, held);

            assert_true(slice.first >= SLICE_TICKS_MIN);
            assert_true(slice.after == 0 || slice.after >= SLICE_TICKS_MIN);
            cases++;
        }
    }
    print_message("%u slices\n", cases);
}

static void the_parts_are_the_slice(void **state)
{
    (void)state;
    for (uint32_t ticks = SLICE_TICKS_MIN; ticks <= SLICE; ticks += STEP) {
        struct slice slice = slice_divide(ticks, HELD);

        assert_int_equal(slice.first + slice.after, ticks);
    }
}

static void what_is_held_comes_first(void **state)
{
    (void)state;
    assert_int_equal(slice_divide(SLICE, HELD).first, HELD);
    assert_int_equal(slice_divide(SLICE, 0).first, SLICE);
    assert_int_equal(slice_divide(HELD, HELD).after, 0);
    assert_int_equal(slice_divide(SLICE, 1).first, SLICE_TICKS_MIN); /* of a slow clock */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_part_is_shorter_than_its_handler),
        cmocka_unit_test(the_parts_are_the_slice),
        cmocka_unit_test(what_is_held_comes_first),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
