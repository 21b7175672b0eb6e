// SPDX-License-Identifier: Apache-2.0
/* The monitor loses nothing of what apps say, however many of them come and go. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "fake.h"
#include "tool.h"

enum { CROWD = 100 }; /* more than the monitor has places for */

static const uint8_t no_key[64];
static struct fake fake;
static struct tool_run run;

static int set_up(void **state)
{
    (void)state;
    fake_start(&fake, no_key);
    fake.plan->crowd = CROWD;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    fake_stop(&fake);
    return 0;
}

static void a_line_in_two_pieces_survives_a_crowd(void **state)
{
    (void)state;
    tool_run(&run, fake.selector,
             (const char *const[]){"monitor", "--until", "begins, and ends", "--for", "30", NULL});
    if (run.code != 0) {
        tool_show(&run);
    }
    assert_int_equal(run.code, 0);
}

static void lines_of_processes_that_are_gone_come_without_their_names(void **state)
{
    char wanted[32];

    (void)state;
    snprintf(wanted, sizeof wanted, "line %d$", CROWD);
    tool_run(&run, fake.selector,
             (const char *const[]){"monitor", "--until", wanted, "--for", "30", NULL});
    assert_int_equal(run.code, 0);
    for (int i = 1; i <= CROWD; i++) {
        snprintf(wanted, sizeof wanted, "| line %d\n", i);
        assert_non_null(strstr(run.out, wanted));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_line_in_two_pieces_survives_a_crowd, set_up, tear_down),
        cmocka_unit_test_setup_teardown(lines_of_processes_that_are_gone_come_without_their_names,
                                        set_up, tear_down),
    };

    tool_setup();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
