// SPDX-License-Identifier: Apache-2.0
#include "pmsa_answers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "unit.h"

enum { RW = UNIT_READ | UNIT_WRITE, RX = UNIT_READ | UNIT_EXECUTE, RWX = RW | UNIT_EXECUTE };

static struct unit one(uint32_t rbar, uint32_t rasr)
{
    struct unit unit = {.enabled = true};

    unit.address[0] = rbar;
    unit.control[0] = rasr;
    return unit;
}

void access_and_execute_bits(void **state)
{
    /* AP 0 to 7; XN off, then on. SIZE 9: 1 KiB. */
    static const unsigned with_execute[] = {0, 0, RX, RWX, 0, 0, RX, RX};
    static const unsigned without[] = {0, 0, UNIT_READ, RW, 0, 0, UNIT_READ, UNIT_READ};

    (void)state;
    for (uint32_t ap = 0; ap < 8; ap++) {
        struct unit unit = one(0x20000000, ap << 24 | 0x13);

        assert_int_equal(unit_rights(&unit, 0x20000000), with_execute[ap]);
        assert_int_equal(unit_rights(&unit, 0x200003FF), with_execute[ap]);
        assert_int_equal(unit_rights(&unit, 0x20000400), 0);
        assert_int_equal(unit_rights(&unit, 0x1FFFFFFF), 0);
        unit.control[0] |= 1u << 28;
        assert_int_equal(unit_rights(&unit, 0x20000200), without[ap]);
        unit.control[0] &= ~1u;
        assert_int_equal(unit_rights(&unit, 0x20000200), 0);
    }
}

void the_highest_numbered_region_wins(void **state)
{
    struct unit unit = one(0x20000000, 0x13000013);

    (void)state;
    unit.address[5] = 0x20000100;
    unit.control[5] = 0x0000000F; /* 256 bytes, nothing for anybody */
    assert_int_equal(unit_rights(&unit, 0x200000FF), RW);
    assert_int_equal(unit_rights(&unit, 0x20000100), 0);
    assert_int_equal(unit_rights(&unit, 0x200001FF), 0);
    assert_int_equal(unit_rights(&unit, 0x20000200), RW);
    unit.address[6] = 0x20000100;
    unit.control[6] = 0x0600000F;
    assert_int_equal(unit_rights(&unit, 0x20000100), RX);
    assert_true(unit_grants(&unit, 0x200000FE, 4, UNIT_READ)); /* two regions, byte by byte */
    assert_false(unit_grants(&unit, 0x200000FE, 4, UNIT_WRITE));
}

void subregions_that_are_off_let_others_through(void **state)
{
    struct unit unit = one(0x20000000, 0x13008113); /* the first and the last eighth are off */

    (void)state;
    assert_int_equal(unit_rights(&unit, 0x2000007F), 0);
    assert_int_equal(unit_rights(&unit, 0x20000080), RW);
    assert_int_equal(unit_rights(&unit, 0x2000037F), RW);
    assert_int_equal(unit_rights(&unit, 0x20000380), 0);
    unit.address[7] = 0x20000000;
    unit.control[7] = 0x0600FE13; /* only the first eighth is on */
    assert_int_equal(unit_rights(&unit, 0x2000007F), RX);
    assert_int_equal(unit_rights(&unit, 0x20000080), RW);
    unit = one(0x20000000, 0x1300800F); /* 256 bytes are the smallest that have any: 32 each */
    assert_int_equal(unit_rights(&unit, 0x200000DF), RW);
    assert_int_equal(unit_rights(&unit, 0x200000E0), 0);
    assert_null(unit_undefined(&unit));
}

void what_no_region_has_is_for_the_kernel(void **state)
{
    struct unit unit = one(0, 0x0300003F); /* 4 GiB */

    (void)state;
    assert_int_equal(unit_rights(&unit, 0), RWX);
    assert_int_equal(unit_rights(&unit, 0xFFFFFFFF), RWX);
    assert_null(unit_undefined(&unit));
    unit.control[0] = 0;
    assert_int_equal(unit_rights(&unit, 0x20000000), 0);
    unit.enabled = false;
    assert_int_equal(unit_rights(&unit, 0x20000000), RWX);
}

void the_private_peripherals_are_for_the_kernel(void **state)
{
    struct unit unit = one(0, 0x0300003F);

    (void)state;
    assert_int_equal(unit_rights(&unit, 0xDFFFFFFF), RWX);
    assert_int_equal(unit_rights(&unit, 0xE0000000), 0);
    assert_int_equal(unit_rights(&unit, 0xE000ED94), 0);
    assert_int_equal(unit_rights(&unit, 0xE00FFFFF), 0);
}

void undefined_registers_are_told(void **state)
{
    struct unit unit = one(0x20000000, 0x13000013);

    (void)state;
    assert_null(unit_undefined(&unit));
    unit.address[0] = 0x20000200; /* 1 KiB at half of that */
    assert_non_null(unit_undefined(&unit));
    unit = one(0x20000000, 0x14000013); /* AP 4 */
    assert_non_null(unit_undefined(&unit));
    unit = one(0x20000000, 0x13000053); /* bit 6 */
    assert_non_null(unit_undefined(&unit));
    unit = one(0x20000000, 0x13000007); /* 16 bytes */
    assert_non_null(unit_undefined(&unit));
    unit.control[0] = 0x13000006; /* off: whatever it holds */
    assert_null(unit_undefined(&unit));
}
