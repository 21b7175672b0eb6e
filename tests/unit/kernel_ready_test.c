// SPDX-License-Identifier: Apache-2.0
/* Which processes the scheduler may run: the short ways to say so agree with the long one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <core.h>

struct scheduler_ready core_ready;

static struct process yielded(bool stopped, bool held)
{
    struct process process = {.slot = 3, .state = STATE_RUNNING, .stopped = stopped, .held = held};

    core_ready = (struct scheduler_ready){0};
    core_state_set(&process, STATE_RUNNING);
    core_wait(&process, STATE_YIELDED);
    return process;
}

static void who_yields_waits(void **state)
{
    (void)state;
    (void)yielded(false, false);
    assert_int_equal(core_ready.all, 0);
    assert_int_equal(core_ready.woken, 0);
}

static void what_it_waits_for_wakes_it_unless_it_is_stopped_or_held(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        struct process process = yielded((i & 1) != 0, (i & 2) != 0);
        struct scheduler_ready woken;

        core_wake(&process);
        woken = core_ready;
        assert_int_equal(woken.all, i == 0 ? 1u << 3 : 0);
        core_readiness(&process);
        assert_int_equal(woken.all, core_ready.all);
        assert_int_equal(woken.woken, core_ready.woken);
    }
}

static void what_came_meanwhile_counts_afterwards(void **state)
{
    struct process process = yielded(false, true);

    (void)state;
    core_wake(&process);
    process.held = false;
    core_readiness(&process);
    assert_int_equal(core_ready.all, 1u << 3);
    assert_int_equal(core_ready.woken, 1u << 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_yields_waits),
        cmocka_unit_test(what_it_waits_for_wakes_it_unless_it_is_stopped_or_held),
        cmocka_unit_test(what_came_meanwhile_counts_afterwards),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
