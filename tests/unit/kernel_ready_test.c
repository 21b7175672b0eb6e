// SPDX-License-Identifier: Apache-2.0
/* Whether the scheduler may run a process: whatever happens to it, the short ways say the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <core.h>

enum { SLOT = 3 };

struct scheduler_ready core_ready;

static const uint32_t bit = (uint32_t)1 << SLOT;

static struct process begin(enum state state, bool stopped, bool held)
{
    struct process process = {.slot = SLOT, .stopped = stopped, .held = held};

    core_ready = (struct scheduler_ready){0};
    core_state_set(&process, state);
    return process;
}

/* An upcall may come for one that is stopped, or whose flash is being copied: it has to wait. */
static void one_that_is_woken_runs_only_if_it_may(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        bool stopped = (i & 1) != 0;
        bool held = (i & 2) != 0;
        struct process process = begin(STATE_YIELDED, stopped, held);
        struct scheduler_ready woken;

        assert_int_equal(core_ready.all, 0);
        core_wake(&process);
        assert_int_equal(core_ready.all, stopped || held ? 0 : bit);
        assert_int_equal(core_ready.woken, core_ready.all);
        woken = core_ready;
        core_readiness(&process);
        assert_memory_equal(&core_ready, &woken, sizeof woken);
        /* What it was woken for is not lost. */
        process.stopped = false;
        process.held = false;
        core_readiness(&process);
        assert_int_equal(core_ready.woken, bit);
    }
}

static void one_that_waits_does_not_run(void **state)
{
    struct process process = begin(STATE_RUNNING, false, false);

    (void)state;
    assert_int_equal(core_ready.all, bit);
    assert_int_equal(core_ready.woken, 0);
    core_wait(&process, STATE_YIELDED_FOR);
    assert_int_equal(core_ready.all, 0);
    core_readiness(&process);
    assert_int_equal(core_ready.all, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_that_is_woken_runs_only_if_it_may),
        cmocka_unit_test(one_that_waits_does_not_run),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
