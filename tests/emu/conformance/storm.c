// SPDX-License-Identifier: Apache-2.0
/* Many system calls while timer interrupts come at every possible moment. */
#include "check.h"
#include "floating.h"
#include "processes.h"
#include "suite.h"

enum { CALLS = 200000, EVERY = 50, PERIOD = 1009 /* ticks: a prime, so that no phase repeats */ };

static uint32_t fired;
static uint32_t made; /* calls since counting began */

static void arm(void)
{
    made++;
    (void)syscall_command(ABI_DRIVER_ALARM, ABI_ALARM_SET_RELATIVE, PERIOD, 0);
}

static void fire(uint32_t a, uint32_t b, uint32_t c, void *userdata)
{
    (void)a;
    (void)b;
    (void)c;
    (void)userdata;
    fired++;
    arm();
}

static void run_storm(void)
{
    uint32_t wrong = 0;
    uint32_t privileged = 0;
    uint32_t ran = 0;

    for (uint32_t i = 0; i < CALLS; i++) {
        struct syscall_return r = syscall_command(ABI_DRIVER_CONSOLE, 9999, i, ~i);

        made++;
        wrong += r.variant != ABI_FAILURE || r.value[0] != ABI_NOSUPPORT || r.value[1] != i ||
                         r.value[2] != ~i
                     ? 1u
                     : 0;
        if (i % EVERY == 0) {
            privileged += control_read() != 3 ? 1u : 0;
            made++;
            ran += syscall_yield_no_wait() ? 1u : 0;
        }
    }
    check_equal("calls with a wrong result", wrong, 0);
    check_equal("moments with privilege", privileged, 0);
    check_equal("upcalls that ran and those that were called", ran, fired);
    check_true("interrupts came", fired > 50);
}

/* With another process that computes: its registers are in between. */
static void check_slices(uint32_t id)
{
    struct process before;
    struct process after;

    check_begin("151", "registers, flags and stack survive the end of a slice");
    process_read(id, &before);
    do {
        hold_registers(1000000);
        process_read(id, &after);
    } while (after.slices - before.slices < 10);
    check_end();
}

/* So that another process has had the same registers before each comparison. */
static void check_floating(void)
{
    check_begin("50", "floating-point registers survive calls, yields and slices of others");
    for (uint32_t seed = 0; seed < 20; seed++) {
        floating_fill(seed);
        spin_slice();
        check_equal("registers that differ after a slice", floating_differences(seed), 0);
        sleep_ms(1);
        check_equal("after a yield", floating_differences(seed), 0);
    }
    check_end();
}

/* This app's rights name no driver. */
static void check_rights(void)
{
    uint32_t floater = process_of("floater");
    struct process before;
    struct process after;

    check_begin("59e", "without a right to it, no process can be controlled but one's own");
    process_read(floater, &before);
    for (uint32_t action = ABI_PROCESS_RESUME; action <= ABI_PROCESS_BOOT; action++) {
        fails("another process", process_control(floater, action), ABI_NODEVICE);
        fails("nobody", process_control(0x7FFFFFFF, action), ABI_INVAL);
    }
    succeeds("itself, an action that does not exist", process_control(process_self(), 99));
    spin_slice();
    process_read(process_of("floater"), &after);
    check_equal("restarts of the other", after.restarts, before.restarts);
    check_equal("state of the other", after.state, ABI_PROCESS_RUNNING);
    check_end();
}

void check_storm(void)
{
    uint32_t id = process_self();
    struct process before;
    struct process after;
    uint32_t privileged = 0;

    check_begin("46", "200,000 calls under timer interrupts: all answered, all counted");
    check_equal("subscribe",
                syscall_subscribe(ABI_DRIVER_ALARM, ABI_ALARM_UPCALL_FIRED, fire, NULL).variant,
                ABI_SUCCESS_2_U32);
    process_read(id, &before);
    made = 0;
    arm();
    run_storm();
    process_read(id, &after);
    check_equal("system calls counted", after.syscalls - before.syscalls,
                made + PROCESS_READ_CALLS);
    (void)syscall_subscribe(ABI_DRIVER_ALARM, ABI_ALARM_UPCALL_FIRED, NULL, NULL);
    (void)syscall_command(ABI_DRIVER_ALARM, ABI_ALARM_STOP, 0, 0);
    check_end();

    check_begin("104", "slices that run out without a call leave no privilege behind");
    process_read(id, &before);
    do {
        for (volatile uint32_t i = 0; i < 100000; i++) {
        }
        privileged += control_read() != 3 ? 1u : 0;
        process_read(id, &after);
    } while (after.slices - before.slices < 5);
    check_equal("moments with privilege", privileged, 0);
    check_end();
    check_slices(id);
    check_floating();
    check_rights();
}
