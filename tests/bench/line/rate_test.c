// SPDX-License-Identifier: Apache-2.0
/*
 * The line's rate, raised by loader-cli for an install: whole commands, the real device end, cables
 * and devices that cannot follow or lie. Time is virtual.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <device/rate.h>
#include <link/protocol.h>

#include "../../cli/package.h"
#include "../../cli/tool.h"
#include "virtual_line.h"

enum { RAISED = 921600, SLOW_US = 1850000, SEEDS = 50 };

static const uint32_t others[] = {16384};
static struct package package;

static struct board_plan plan_of(uint32_t turnaround_us)
{
    return (struct board_plan){.rate = VIRTUAL_RATE,
                               .rate_max = RAISED,
                               .turnaround_us = turnaround_us,
                               .size = others,
                               .count = 1,
                               .public_key = package.public_key};
}

static struct board_account install(const struct board_plan *plan, const char *line)
{
    struct board_account account;

    assert_int_equal(run_virtually(&command_install, plan, package.tab, line, &account), EXIT_DONE);
    assert_int_equal(account.installed, 1);
    board_sleep(LINK_RATE_MS + 100);
    board_account(&account);
    assert_int_equal(account.rate, VIRTUAL_RATE);
    return account;
}

/* Two installs after each other, from plan on: the second finds the line as the first did. */
static void rate_is_raised_for_the_session_alone(void **state)
{
    const struct board_plan plan = plan_of(1000);
    struct board_account account;

    (void)state;
    assert_int_equal(run_virtually(&command_install, &plan, package.tab, VIRTUAL_LINE, &account),
                     EXIT_DONE);
    assert_int_equal(account.highest, RAISED);
    assert_true(account.now_us < SLOW_US / 2);
    board_sleep(10); /* bye has been answered at the raised rate */
    board_account(&account);
    assert_int_equal(account.rate, VIRTUAL_RATE);
    assert_int_equal(run_virtually(&command_list, NULL, NULL, VIRTUAL_LINE, &account), EXIT_DONE);
}

static void rate_that_was_asked_for_stays(void **state)
{
    const struct board_plan plan = plan_of(1000);

    (void)state;
    assert_int_equal(install(&plan, VIRTUAL_LINE_FIXED).highest, 0);
}

static void device_that_cannot_is_left_alone(void **state)
{
    struct board_plan plan = plan_of(1000);

    (void)state;
    plan.rate_max = 0;
    assert_int_equal(install(&plan, VIRTUAL_LINE).highest, 0);
    plan.rate_max = RAISED - 1;
    assert_int_equal(install(&plan, VIRTUAL_LINE).highest, 0);
}

static void cable_that_cannot_falls_back(void **state)
{
    (void)state;
    for (uint32_t turnaround = 1000; turnaround <= 16000; turnaround += 15000) {
        struct board_plan plan = plan_of(turnaround);

        plan.cable_max = 230400;
        assert_int_equal(install(&plan, VIRTUAL_LINE).highest, RAISED);
    }
}

static void device_that_lies_is_met_at_the_usual_rate(void **state)
{
    struct board_plan plan = plan_of(1000);

    (void)state;
    plan.how = BOARD_RATE_STAYS;
    assert_int_equal(install(&plan, VIRTUAL_LINE).highest, 0);
    plan.how = BOARD_RATE_OTHER;
    assert_int_equal(install(&plan, VIRTUAL_LINE).highest, RAISED);
}

static void lost_frames_cost_time_alone(void **state)
{
    (void)state;
    for (uint32_t seed = 1; seed <= SEEDS; seed++) {
        struct board_plan plan = plan_of(seed % 2 == 0 ? 1000 : 16000);

        plan.loss_percent = 5;
        plan.seed = seed;
        (void)install(&plan, VIRTUAL_LINE);
    }
}

static void power_cut_leaves_the_usual_rate(void **state)
{
    struct board_plan plan = plan_of(1000);
    struct board_account account;

    (void)state;
    plan.cut_after = 8000;
    assert_int_equal(run_virtually(&command_install, &plan, package.tab, VIRTUAL_LINE, &account),
                     EXIT_LOST);
    assert_int_equal(account.highest, RAISED);
    assert_int_equal(run_virtually(&command_install, NULL, package.tab, VIRTUAL_LINE, &account),
                     EXIT_DONE);
    assert_int_equal(account.installed, 1);
}

/* A tool that was killed has not said bye; the next one comes at once. */
static void next_tool_is_heard_after_one_that_went_away(void **state)
{
    const struct board_plan plan = plan_of(16000);
    struct cli cli = {.hooks = &cli_hooks, .quiet = 1, .device = (char *)(uintptr_t)VIRTUAL_LINE};
    struct board_account account;
    static struct device device;

    (void)state;
    board_start(&plan);
    cli.result = json_object();
    assert_int_equal(device_open(&cli, &device, NULL), EXIT_DONE);
    assert_int_equal(device_raise_rate(&device, 1 << 20), EXIT_DONE);
    board_account(&account);
    assert_int_equal(account.rate, RAISED);
    json_decref(cli.result);
    assert_int_equal(run_virtually(&command_list, NULL, NULL, VIRTUAL_LINE, &account), EXIT_DONE);
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
        cmocka_unit_test(rate_is_raised_for_the_session_alone),
        cmocka_unit_test(rate_that_was_asked_for_stays),
        cmocka_unit_test(device_that_cannot_is_left_alone),
        cmocka_unit_test(cable_that_cannot_falls_back),
        cmocka_unit_test(device_that_lies_is_met_at_the_usual_rate),
        cmocka_unit_test(lost_frames_cost_time_alone),
        cmocka_unit_test(power_cut_leaves_the_usual_rate),
        cmocka_unit_test(next_tool_is_heard_after_one_that_went_away),
    };

    return cmocka_run_group_tests(tests, setup, NULL);
}
