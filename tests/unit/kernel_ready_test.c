// SPDX-License-Identifier: Apache-2.0
/*
 * Who may run: the short forms that the system-call path uses agree with the long one, whatever
 * else holds a process up.
 */
#include "core.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { SLOT = 5, OTHERS = ~(1 << SLOT) };

static const struct kernel_board board;
const struct kernel_board *const kernel_board = &board;
struct process *core_current;
struct process *core_processes[KERNEL_PROCESSES];
struct scheduler_ready core_ready;
struct core_drivers core_drivers;

/* What core_readiness() says of a process, whatever was noted before. */
static struct scheduler_ready said(const struct process *process, struct scheduler_ready before)
{
    core_ready = before;
    core_readiness(process);
    return core_ready;
}

static void check(const struct process *process, struct scheduler_ready before,
                  struct scheduler_ready found)
{
    struct scheduler_ready wanted = said(process, before);

    assert_int_equal(found.all, wanted.all);
    assert_int_equal(found.woken, wanted.woken);
    assert_int_equal(found.all & (uint32_t)OTHERS, before.all & (uint32_t)OTHERS);
}

static struct process process_of(uint32_t bits, enum state state)
{
    return (struct process){.slot = SLOT,
                            .state = (uint8_t)state,
                            .stopped = (bits & 1u) != 0,
                            .held = (bits & 2u) != 0,
                            .upcall_ready = (bits & 4u) != 0};
}

static void waking_is_what_readiness_says(void **state)
{
    (void)state;
    for (uint32_t bits = 0; bits < 8; bits++) {
        for (int how = STATE_YIELDED; how <= STATE_YIELDED_FOR; how++) {
            struct process process = process_of(bits, (enum state)how);
            struct scheduler_ready before = {0x80000001u, 0x1u};

            core_ready = before;
            core_wake(&process);
            assert_true(process.upcall_ready);
            check(&process, before, core_ready);
        }
    }
}

static void waiting_is_what_readiness_says(void **state)
{
    (void)state;
    for (uint32_t bits = 0; bits < 4; bits++) { /* it runs: no upcall is ready */
        for (int how = STATE_YIELDED; how <= STATE_YIELDED_FOR; how++) {
            struct process process = process_of(bits, STATE_RUNNING);
            struct scheduler_ready before = {0xFFFFFFFFu, 0x1u};

            core_ready = before;
            core_wait(&process, (enum state)how);
            assert_int_equal(process.state, how);
            check(&process, before, core_ready);
        }
    }
}

static void who_is_stopped_or_held_or_has_ended_is_not_ready(void **state)
{
    (void)state;
    for (uint32_t bits = 0; bits < 8; bits++) {
        for (int how = STATE_RUNNING; how <= STATE_TERMINATED; how++) {
            struct process process = process_of(bits, (enum state)how);
            struct scheduler_ready ready = said(&process, (struct scheduler_ready){0, 0});
            bool goes_on = how == STATE_RUNNING || (how <= STATE_YIELDED_FOR && (bits & 4u) != 0);
            bool wanted = goes_on && (bits & 3u) == 0;

            assert_int_equal(ready.all, wanted ? 1u << SLOT : 0);
            assert_int_equal(ready.woken, wanted && how != STATE_RUNNING ? 1u << SLOT : 0);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(waking_is_what_readiness_says),
        cmocka_unit_test(waiting_is_what_readiness_says),
        cmocka_unit_test(who_is_stopped_or_held_or_has_ended_is_not_ready),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
