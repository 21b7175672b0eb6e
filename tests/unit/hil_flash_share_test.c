// SPDX-License-Identifier: Apache-2.0
/* Several users of one flash: turns, results of one's own, and a holder that others carry on. */
#include <nor.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <hil/error.h>
#include <hil/flash_share.h>

enum { BASE = 0x1000, PAGE = 256 };

static const struct hil_flash_run runs[] = {{PAGE, 4}};
static const struct hil_flash_geometry geometry = {.base = BASE,
                                                   .runs = runs,
                                                   .run_count = 1,
                                                   .write_unit = 4,
                                                   .erase_value = 0xFF,
                                                   .programs_per_unit = 1};

static struct nor nor;
static struct hil_flash_share share;
static struct hil_flash_user one;
static struct hil_flash_user two;
static unsigned advanced;

static void advance(void)
{
    if (++advanced == 3) {
        hil_flash_hold(&one, false);
    }
}

static int set_up(void **state)
{
    (void)state;
    nor_init(&nor, &geometry);
    share = (struct hil_flash_share){.flash = &nor.hil};
    hil_flash_user_init(&one, &share, advance);
    hil_flash_user_init(&two, &share, NULL);
    advanced = 0;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    assert_null(nor.violation);
    nor_free(&nor);
    return 0;
}

static int program(struct hil_flash_user *user, uint32_t address)
{
    static const uint8_t data[4] = {1, 2, 3, 4};

    return user->flash.program(&user->flash, address, data, sizeof data);
}

static int status(struct hil_flash_user *user)
{
    return user->flash.status(&user->flash);
}

static void a_running_operation_makes_others_wait(void **state)
{
    (void)state;
    assert_int_equal(program(&one, BASE), 0);
    assert_int_equal(program(&two, BASE + 8), HIL_E_BUSY);
    assert_int_equal(status(&two), 0); /* it has no operation: that of the other is not its own */
}

static void each_learns_its_own_result(void **state)
{
    (void)state;
    assert_int_equal(program(&one, BASE), 0);
    assert_int_equal(status(&one), HIL_E_BUSY);
    assert_int_equal(status(&one), 0);
    nor.dead = true; /* the part fails from here on */
    assert_int_equal(program(&two, BASE + 8), HIL_E_IO);
    assert_int_equal(status(&one), 0);
    nor.dead = false;
}

static void they_take_turns(void **state)
{
    (void)state;
    assert_int_equal(program(&one, BASE), 0);
    assert_int_equal(program(&two, BASE + 8), HIL_E_BUSY); /* from now on it waits */
    while (status(&one) == HIL_E_BUSY) {
    }
    assert_int_equal(program(&one, BASE + 4), HIL_E_BUSY); /* not again before the other */
    assert_int_equal(program(&two, BASE + 8), 0);
    while (status(&two) == HIL_E_BUSY) {
    }
    assert_int_equal(program(&one, BASE + 4), 0);
}

static void one_that_gives_up_holds_nobody_up(void **state)
{
    (void)state;
    assert_int_equal(program(&one, BASE), 0);
    assert_int_equal(program(&two, BASE + 8), HIL_E_BUSY);
    while (status(&one) == HIL_E_BUSY) {
    }
    assert_int_equal(program(&one, BASE + 4), HIL_E_BUSY);
    assert_int_equal(program(&one, BASE + 4), 0);
}

static void a_holder_is_carried_on_by_who_waits(void **state)
{
    unsigned refused = 0;

    (void)state;
    hil_flash_hold(&one, true);
    while (program(&two, BASE) == HIL_E_BUSY) {
        refused++;
        assert_true(refused < 10);
    }
    assert_int_equal(advanced, 3);
    hil_flash_hold(&two, false); /* it holds nothing */
    hil_flash_hold(&one, true);
    hil_flash_hold(&two, false);
    assert_ptr_equal(share.holder, &one);
}

static void reading_is_free(void **state)
{
    (void)state;
    assert_int_equal(program(&one, BASE), 0);
    assert_int_equal(*two.flash.map(&two.flash, BASE, 4), 1);
    assert_ptr_equal(two.flash.geometry, &geometry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_running_operation_makes_others_wait, set_up, tear_down),
        cmocka_unit_test_setup_teardown(each_learns_its_own_result, set_up, tear_down),
        cmocka_unit_test_setup_teardown(they_take_turns, set_up, tear_down),
        cmocka_unit_test_setup_teardown(one_that_gives_up_holds_nobody_up, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_holder_is_carried_on_by_who_waits, set_up, tear_down),
        cmocka_unit_test_setup_teardown(reading_is_free, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
