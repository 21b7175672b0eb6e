// SPDX-License-Identifier: Apache-2.0
/* Known answers of the model of the RISC-V protection unit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "model_edges.h"
#include "unit.h"

enum { RW = UNIT_READ | UNIT_WRITE, RX = UNIT_READ | UNIT_EXECUTE };

/* pmpcfg: access, and in bits 3 and 4 TOR 1, NA4 2, NAPOT 3. */
enum { TOR_RW = 0x0B, TOR_RX = 0x0D, TOR_NONE = 0x08, NA4_RW = 0x13, NAPOT_RW = 0x1B };

static void set(struct unit *unit, uint32_t entry, uint32_t address, uint32_t config)
{
    unit->address[entry] = address;
    unit->control[entry] = config;
}

static void top_of_range_goes_from_the_entry_below(void **state)
{
    struct unit unit = {.enabled = true};

    (void)state;
    set(&unit, 2, 0x20000004 >> 2, 0);
    set(&unit, 3, 0x2000000C >> 2, TOR_RW);
    assert_int_equal(unit_rights(&unit, 0x20000003), 0);
    assert_int_equal(unit_rights(&unit, 0x20000004), RW);
    assert_int_equal(unit_rights(&unit, 0x2000000B), RW);
    assert_int_equal(unit_rights(&unit, 0x2000000C), 0);
    set(&unit, 2, 0x2000000C >> 2, 0); /* ends where it begins, then before: nothing */
    assert_int_equal(unit_rights(&unit, 0x20000008), 0);
    assert_int_equal(unit_rights(&unit, 0x2000000C), 0);
    set(&unit, 2, 0x20000010 >> 2, 0);
    assert_int_equal(unit_rights(&unit, 0x2000000C), 0);
    set(&unit, 0, 0x100 >> 2, TOR_RX); /* entry 0 goes from address 0 */
    assert_int_equal(unit_rights(&unit, 0), RX);
    assert_int_equal(unit_rights(&unit, 0xFF), RX);
    assert_int_equal(unit_rights(&unit, 0x100), 0);
}

static void powers_of_two(void **state)
{
    struct unit unit = {.enabled = true};

    (void)state;
    set(&unit, 5, 0x20000004 >> 2, NA4_RW);
    assert_int_equal(unit_rights(&unit, 0x20000003), 0);
    assert_int_equal(unit_rights(&unit, 0x20000007), RW);
    assert_int_equal(unit_rights(&unit, 0x20000008), 0);
    set(&unit, 5, 0x20000010 >> 2, NAPOT_RW); /* no ones: 8 bytes */
    assert_int_equal(unit_rights(&unit, 0x2000000F), 0);
    assert_int_equal(unit_rights(&unit, 0x20000010), RW);
    assert_int_equal(unit_rights(&unit, 0x20000017), RW);
    assert_int_equal(unit_rights(&unit, 0x20000018), 0);
    set(&unit, 5, 0x2000007F, NAPOT_RW); /* seven ones: 1 KiB at 0x80000000 */
    assert_int_equal(unit_rights(&unit, 0x7FFFFFFF), 0);
    assert_int_equal(unit_rights(&unit, 0x80000000), RW);
    assert_int_equal(unit_rights(&unit, 0x800003FF), RW);
    assert_int_equal(unit_rights(&unit, 0x80000400), 0);
    set(&unit, 5, 0xFFFFFFFF, NAPOT_RW); /* everything */
    assert_int_equal(unit_rights(&unit, 0), RW);
    assert_int_equal(unit_rights(&unit, 0xFFFFFFFF), RW);
}

static void the_lowest_entry_wins(void **state)
{
    struct unit unit = {.enabled = true};

    (void)state;
    set(&unit, 1, 0x20000000 >> 2, 0);
    set(&unit, 2, 0x20000020 >> 2, TOR_RX);
    set(&unit, 4, 0x20000040 >> 2, TOR_RW); /* from entry 3: address 0 */
    assert_int_equal(unit_rights(&unit, 0x2000001F), RX);
    assert_int_equal(unit_rights(&unit, 0x20000020), RW);
    set(&unit, 0, 0x20000010 >> 2, NA4_RW & ~3u); /* no access at all */
    assert_int_equal(unit_rights(&unit, 0x2000000F), RX);
    assert_int_equal(unit_rights(&unit, 0x20000010), 0);
    assert_int_equal(unit_rights(&unit, 0x20000014), RX);
}

static void an_access_must_lie_in_one_entry(void **state)
{
    struct unit unit = {.enabled = true};

    (void)state;
    set(&unit, 0, 0x20000000 >> 2, 0);
    set(&unit, 1, 0x20000020 >> 2, TOR_RW);
    set(&unit, 2, 0x20000040 >> 2, TOR_RW); /* follows without a gap */
    assert_true(unit_grants(&unit, 0x2000001C, 4, UNIT_WRITE));
    assert_true(unit_grants(&unit, 0x20000020, 4, UNIT_WRITE));
    assert_false(unit_grants(&unit, 0x2000001E, 4, UNIT_READ));
    assert_false(unit_grants(&unit, 0x1FFFFFFE, 4, UNIT_READ));
    assert_false(unit_grants(&unit, 0x2000003E, 4, UNIT_READ));
    assert_true(unit_grants(&unit, 0x2000003E, 2, UNIT_READ));
    assert_false(unit_grants(&unit, 0x20000000, 4, UNIT_EXECUTE));
}

static void what_no_entry_has_is_for_the_kernel(void **state)
{
    struct unit unit = {.enabled = true};

    (void)state;
    assert_int_equal(unit_rights(&unit, 0x20000000), 0);
    set(&unit, 0, 0x30000000 >> 2, TOR_NONE);
    set(&unit, 1, 0x40000000 >> 2, TOR_RW);
    assert_int_equal(unit_rights(&unit, 0x20000000), 0);
    assert_int_equal(unit_rights(&unit, 0x30000000), RW);
}

static void undefined_registers_are_told(void **state)
{
    struct unit unit = {.enabled = true};

    (void)state;
    assert_null(unit_undefined(&unit));
    set(&unit, 0, 0, 0x0A); /* write without read */
    assert_non_null(unit_undefined(&unit));
    set(&unit, 0, 0, 0x20);
    assert_non_null(unit_undefined(&unit));
    set(&unit, 0, 0, 0x8B); /* the lock bit is a defined one */
    assert_null(unit_undefined(&unit));
}

static void fill(struct unit *unit)
{
    for (uint32_t i = 0; i < unit_entries; i++) {
        unit->address[i] = (0x20000000 >> 2) + model_random() % 0x1000;
        unit->control[i] = model_random() & 0x1F;
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
        cmocka_unit_test(top_of_range_goes_from_the_entry_below),
        cmocka_unit_test(powers_of_two),
        cmocka_unit_test(the_lowest_entry_wins),
        cmocka_unit_test(an_access_must_lie_in_one_entry),
        cmocka_unit_test(what_no_entry_has_is_for_the_kernel),
        cmocka_unit_test(undefined_registers_are_told),
        cmocka_unit_test(edges_are_complete),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
