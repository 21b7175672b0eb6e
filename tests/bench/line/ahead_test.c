// SPDX-License-Identifier: Apache-2.0
/*
 * Blocks that are sent while the device still verifies the signature: whole installs by loader-cli,
 * the real device end, and devices that refuse, take long, die, or do not keep their word. Time is
 * virtual.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../cli/package.h"
#include "../../cli/tool.h"
#include "virtual_line.h"

enum { SEEDS = 50, BUSY_BOARD_US = 8000000, GIVEN_UP_US = 15000000 };

static const uint32_t others[] = {16384};
static struct package package;

static struct board_plan plan_of(enum board_begin begin)
{
    return (struct board_plan){.rate = VIRTUAL_RATE,
                               .turnaround_us = 16000,
                               .size = others,
                               .count = 1,
                               .begin = begin,
                               .public_key = package.public_key};
}

static struct board_account install(const struct board_plan *plan, int code)
{
    struct board_account account;

    assert_int_equal(run_virtually(&command_install, plan, package.tab, VIRTUAL_LINE, &account),
                     code);
    assert_int_equal(account.installed, code == EXIT_DONE);
    return account;
}

static void verification_costs_almost_no_time(void **state)
{
    const struct board_plan ahead = plan_of(BOARD_BEGIN_FORETOLD);
    const struct board_plan behind = plan_of(BOARD_BEGIN_SILENT);
    uint64_t saved;

    (void)state;
    saved = install(&behind, EXIT_DONE).now_us - install(&ahead, EXIT_DONE).now_us;
    assert_true(saved > BOARD_VERIFY_US * 9 / 10 && saved <= BOARD_VERIFY_US);
}

static void signature_is_still_what_decides(void **state)
{
    const struct board_plan plan = plan_of(BOARD_BEGIN_REFUSED);

    (void)state;
    (void)install(&plan, EXIT_REFUSED);
}

static void place_that_is_another_than_was_said_is_not_written_to(void **state)
{
    const struct board_plan plan = plan_of(BOARD_BEGIN_BROKEN);

    (void)state;
    (void)install(&plan, EXIT_LOST);
}

/* Behind the blocks the device hears nothing, and verifies ten times as long beside busy apps. */
static void board_may_verify_for_long(void **state)
{
    (void)state;
    for (enum board_begin begin = BOARD_BEGIN_FORETOLD; begin <= BOARD_BEGIN_SILENT; begin++) {
        struct board_plan plan = plan_of(begin);

        plan.verify_us = BUSY_BOARD_US;
        (void)install(&plan, EXIT_DONE);
    }
}

static void device_that_dies_is_given_up(void **state)
{
    const struct board_plan plan = plan_of(BOARD_BEGIN_GONE);

    (void)state;
    assert_true(install(&plan, EXIT_LOST).now_us < GIVEN_UP_US);
}

static void lost_frames_cost_time_alone(void **state)
{
    (void)state;
    for (uint32_t seed = 1; seed <= SEEDS; seed++) {
        struct board_plan plan = plan_of(BOARD_BEGIN_FORETOLD);

        plan.loss_percent = 5;
        plan.seed = seed;
        (void)install(&plan, EXIT_DONE);
    }
}

static int setup(void **state)
{
    (void)state;
    tool_setup();
    package_make_16k(&package);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(verification_costs_almost_no_time),
        cmocka_unit_test(signature_is_still_what_decides),
        cmocka_unit_test(place_that_is_another_than_was_said_is_not_written_to),
        cmocka_unit_test(board_may_verify_for_long),
        cmocka_unit_test(device_that_dies_is_given_up),
        cmocka_unit_test(lost_frames_cost_time_alone),
    };

    return cmocka_run_group_tests(tests, setup, NULL);
}
