// SPDX-License-Identifier: Apache-2.0
/* Known answers of the model of the v8-M protection unit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "model_edges.h"
#include "unit.h"

enum { RW = UNIT_READ | UNIT_WRITE, RX = UNIT_READ | UNIT_EXECUTE, RWX = RW | UNIT_EXECUTE };

static struct unit one(uint32_t rbar, uint32_t rlar)
{
    struct unit unit = {.enabled = true};

    unit.address[0] = rbar;
    unit.control[0] = rlar;
    return unit;
}

static void the_limit_is_inside(void **state)
{
    struct unit unit = one(0x20000043, 0x20000061); /* two steps of 32 bytes, RW, never execute */

    (void)state;
    assert_int_equal(unit_rights(&unit, 0x2000003F), 0);
    assert_int_equal(unit_rights(&unit, 0x20000040), RW);
    assert_int_equal(unit_rights(&unit, 0x2000007F), RW);
    assert_int_equal(unit_rights(&unit, 0x20000080), 0);
    unit.control[0] = 0x20000041; /* the limit is the base: one step */
    assert_int_equal(unit_rights(&unit, 0x2000005F), RW);
    assert_int_equal(unit_rights(&unit, 0x20000060), 0);
    unit.control[0] = 0x20000021; /* below the base: nothing */
    assert_int_equal(unit_rights(&unit, 0x20000020), 0);
    assert_int_equal(unit_rights(&unit, 0x20000040), 0);
    unit.control[0] = 0xFFFFFFE1;
    assert_int_equal(unit_rights(&unit, 0xFFFFFFFF), RW);
}

static void access_and_execute_bits(void **state)
{
    static const unsigned with_execute[] = {0, RWX, 0, RX};
    static const unsigned without[] = {0, RW, 0, UNIT_READ};

    (void)state;
    for (uint32_t ap = 0; ap < 4; ap++) {
        struct unit unit = one(0x20000000 | ap << 1, 0x20000FE1);

        assert_int_equal(unit_rights(&unit, 0x20000800), with_execute[ap]);
        unit.address[0] |= 1;
        assert_int_equal(unit_rights(&unit, 0x20000800), without[ap]);
        unit.control[0] &= ~1u;
        assert_int_equal(unit_rights(&unit, 0x20000800), 0);
    }
}

static void what_two_regions_have_faults(void **state)
{
    struct unit unit = one(0x20000003, 0x20000061);

    (void)state;
    unit.address[7] = 0x20000063;
    unit.control[7] = 0x200000A1;
    assert_int_equal(unit_rights(&unit, 0x2000005F), RW);
    assert_int_equal(unit_rights(&unit, 0x20000060), 0); /* both, though both say RW */
    assert_int_equal(unit_rights(&unit, 0x2000007F), 0);
    assert_int_equal(unit_rights(&unit, 0x20000080), RW);
    assert_false(unit_grants(&unit, 0x2000005E, 4, UNIT_READ));
    unit.address[7] = 0x20000080; /* the kernel's own, beside */
    assert_int_equal(unit_rights(&unit, 0x20000060), RW);
    assert_int_equal(unit_rights(&unit, 0x20000080), 0);
}

static void what_no_region_has_is_for_the_kernel(void **state)
{
    struct unit unit = one(0x00000002, 0xFFFFFFE1);

    (void)state;
    assert_int_equal(unit_rights(&unit, 0), RWX);
    assert_int_equal(unit_rights(&unit, 0xE000ED94), 0);
    unit.control[0] = 0;
    assert_int_equal(unit_rights(&unit, 0), 0);
    unit.enabled = false;
    assert_int_equal(unit_rights(&unit, 0), RWX);
}

static void undefined_registers_are_told(void **state)
{
    struct unit unit = one(0x20000003, 0x20000061);

    (void)state;
    assert_null(unit_undefined(&unit));
    unit.address[0] |= 1u << 3; /* SH 0b01 */
    assert_non_null(unit_undefined(&unit));
    unit = one(0x20000003, 0x20000071);
    assert_non_null(unit_undefined(&unit));
}

static void fill(struct unit *unit)
{
    for (uint32_t i = 0; i < unit_entries; i++) {
        unit->address[i] = 0x20000000 + model_random() % 0x4000;
        unit->control[i] = unit->address[i] + model_random() % 0x800;
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
        cmocka_unit_test(the_limit_is_inside),
        cmocka_unit_test(access_and_execute_bits),
        cmocka_unit_test(what_two_regions_have_faults),
        cmocka_unit_test(what_no_region_has_is_for_the_kernel),
        cmocka_unit_test(undefined_registers_are_told),
        cmocka_unit_test(edges_are_complete),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
