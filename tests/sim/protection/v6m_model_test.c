// SPDX-License-Identifier: Apache-2.0
/* Known answers of the model of the v6-M protection unit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "model_edges.h"
#include "pmsa_answers.h"
#include "unit.h"

static void the_smallest_region(void **state)
{
    struct unit unit = {.enabled = true};

    (void)state;
    unit.address[0] = 0x20000100;
    unit.control[0] = 0x1300000F; /* 256 bytes */
    assert_null(unit_undefined(&unit));
    assert_int_equal(unit_rights(&unit, 0x200000FF), 0);
    assert_int_equal(unit_rights(&unit, 0x20000100), UNIT_READ | UNIT_WRITE);
    assert_int_equal(unit_rights(&unit, 0x200001FF), UNIT_READ | UNIT_WRITE);
    assert_int_equal(unit_rights(&unit, 0x20000200), 0);
    unit.control[0] = 0x1300000D; /* 128 bytes: v7-M has that, v6-M has not */
    assert_non_null(unit_undefined(&unit));
    unit.control[0] = 0x13000009;
    assert_non_null(unit_undefined(&unit));
}

/* Regions of 256 bytes to 4 KiB, not all aligned, over each other. */
static void fill(struct unit *unit)
{
    for (uint32_t i = 0; i < unit_entries; i++) {
        uint32_t size_field = 7 + model_random() % 5;
        uint32_t disabled = model_random() & 0xFF;

        unit->address[i] = 0x20000000 + model_random() % 0x4000;
        unit->control[i] = (model_random() & 0x17000001) | disabled << 8 | size_field << 1;
    }
}

static void edges_are_complete(void **state)
{
    (void)state;
    model_edges_are_complete(fill);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(access_and_execute_bits),
        cmocka_unit_test(the_highest_numbered_region_wins),
        cmocka_unit_test(subregions_that_are_off_let_others_through),
        cmocka_unit_test(what_no_region_has_is_for_the_kernel),
        cmocka_unit_test(the_private_peripherals_are_for_the_kernel),
        cmocka_unit_test(undefined_registers_are_told),
        cmocka_unit_test(the_smallest_region),
        cmocka_unit_test(edges_are_complete),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
