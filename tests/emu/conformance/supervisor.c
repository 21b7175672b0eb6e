// SPDX-License-Identifier: Apache-2.0
/*
 * Watches the victim through the process driver, sees that each of its lives (scenarios.h) ends as
 * it must, and boots it again. Beside that it is a bystander whose memory, calls and reads nobody
 * may touch. Its rights name the process driver: only so may it control another process.
 */
#include "check.h"
#include "processes.h"

#include <gantry/console.h>
#include <gantry/memory.h>

enum end { FAULTED, TERMINATED, RESTARTED, RUNNING, STOPPED, NEVER };

enum {
    PATIENCE_MS = 10000,
    RUNS_ON_MS = 60,
    POLL_MS = 2,
    REPORT_MS = 50,
    GUARDS = 512,
    HEAP = 1024
};

struct scenario {
    const char *id;
    const char *name;
    enum end end;
    const char *report;
};

static const struct scenario scenarios[] = {
#define SCENARIO(function, argument, id, name, end, report) {id, name, end, #report},
#include "scenarios.h"
};

#define SCENARIOS (sizeof scenarios / sizeof scenarios[0])

static volatile uint32_t guard[GUARDS];
static uint8_t typed[8];
static uint32_t reads_ended;

static void read_ended(uint32_t a, uint32_t b, uint32_t c, void *userdata)
{
    (void)a;
    (void)b;
    (void)c;
    (void)userdata;
    reads_ended++;
}

/* The victim as it is now: its identifier and numbers. */
static uint32_t look(struct process *victim)
{
    uint32_t id = process_of("victim");

    process_read(id, victim);
    return id;
}

/* Moves its own break up or down, so that its regions change while the victim runs. */
static void move_break(void)
{
    static bool up;

    up = !up;
    check_true("the supervisor's break",
               syscall_ok(syscall_memop(ABI_MEMOP_SBRK, up ? HEAP : 0u - HEAP)));
}

/* Makes calls one after the other; nobody else's may be counted among them. */
static void count_calls(void)
{
    uint32_t self = process_self();
    struct process before;
    struct process after;
    uint32_t wrong = 0;
    uint32_t made = 0;
    uint32_t start = now();

    process_read(self, &before);
    while (made < 2000) {
        struct syscall_return r = syscall_command(ABI_DRIVER_CONSOLE, 63, made, 3);

        made++;
        wrong += r.variant != ABI_FAILURE || r.value[0] != ABI_NOSUPPORT ? 1u : 0;
    }
    process_read(self, &after);
    check_true("it took time", now() != start);
    check_equal("calls answered wrong", wrong, 0);
    check_equal("calls counted", after.syscalls - before.syscalls, made + PROCESS_READ_CALLS);
}

/* How life number `number` has ended; NEVER when it has not after a while. */
static enum end wait_for_end(uint32_t number, enum end wanted)
{
    uint32_t start = now();
    uint32_t patience = ticks_of_ms(wanted == RUNNING ? RUNS_ON_MS : PATIENCE_MS);
    struct process victim = {.state = 0};

    while (now() - start < patience) {
        if (look(&victim) == NO_PROCESS) {
            continue; /* not installed yet */
        }
        if (victim.restarts > number) {
            return RESTARTED;
        }
        if (victim.state >= ABI_PROCESS_STOPPED) {
            return victim.state == ABI_PROCESS_FAULTED   ? FAULTED
                   : victim.state == ABI_PROCESS_STOPPED ? STOPPED
                                                         : TERMINATED;
        }
        move_break();
        sleep_ms(POLL_MS);
    }
    return victim.state == ABI_PROCESS_RUNNING ? RUNNING : NEVER;
}

/* It stays stopped, and goes on when it is told to. */
static void resume(uint32_t id)
{
    struct process before;
    struct process after;

    process_read(id, &before);
    sleep_ms(20);
    process_read(id, &after);
    check_equal("calls while it is stopped", after.syscalls, before.syscalls);
    check_equal("its state", after.state, ABI_PROCESS_STOPPED);
    succeeds("resume", process_control(id, ABI_PROCESS_RESUME));
    check_equal("how it ends then", wait_for_end(before.restarts, TERMINATED), TERMINATED);
}

static void finish(uint32_t number, enum end end)
{
    struct process victim;
    uint32_t id = look(&victim);

    if (end == STOPPED) {
        resume(id);
    } else if (end == RUNNING || end == NEVER) {
        succeeds("terminate", process_control(id, ABI_PROCESS_TERMINATE));
        process_read(id, &victim);
        check_equal("terminated", victim.state, ABI_PROCESS_TERMINATED);
    }
    for (uint32_t i = 0; i < GUARDS; i++) {
        check_equal("the supervisor's memory", guard[i], ~i);
    }
    check_equal("reads that somebody ended", reads_ended, 0);
    check_end();
    if (end != RESTARTED && number + 1 < SCENARIOS) {
        sleep_ms(REPORT_MS); /* the kernel reports a fault before its trace is gone */
        succeeds("boot", process_control(id, ABI_PROCESS_BOOT));
    }
}

static void supervise(uint32_t number)
{
    const struct scenario *scenario = &scenarios[number];
    static uint32_t last_id = NO_PROCESS;
    struct process victim;
    enum end end;
    uint32_t id;

    check_begin(scenario->id, scenario->name);
    if (strcmp(scenario->id, "105") == 0) {
        count_calls();
    }
    end = wait_for_end(number, scenario->end);
    check_equal("how it ended", end, scenario->end);
    id = look(&victim);
    check_true("its identifier is a new one", id != last_id);
    last_id = end == RESTARTED ? last_id : id; /* what began anew belongs to the next life */
    finish(number, end);
}

/* A read of its own is under way all the time. */
static void begin_read(void)
{
    (void)syscall_subscribe(ABI_DRIVER_CONSOLE, ABI_CONSOLE_UPCALL_READ, read_ended, NULL);
    (void)syscall_allow_rw(ABI_DRIVER_CONSOLE, ABI_CONSOLE_RW_READ, typed, sizeof typed);
    (void)syscall_command(ABI_DRIVER_CONSOLE, ABI_CONSOLE_READ, sizeof typed, 0);
}

static void end_read(void)
{
    check_begin(
        "150a",
        "the read that was under way all the time is still there, and is aborted by its owner");
    check_true("no upcall waits", !syscall_yield_no_wait());
    succeeds("abort", syscall_command(ABI_DRIVER_CONSOLE, ABI_CONSOLE_ABORT_READ, 0, 0));
    check_true("one upcall", syscall_yield_no_wait());
    check_equal("reads that ended", reads_ended, 1);
    check_end();
}

/* Its Permissions TLV names the alarm, the console and the process driver, commands 0 to 63. */
static void check_filter(void)
{
    check_begin("180",
                "what the Permissions TLV does not name answers NODEVICE, without arguments");
    succeeds("a driver that it names", call(ABI_COMMAND, ABI_DRIVER_CONSOLE, 0, 0, 0));
    fails("a command that it names", call(ABI_COMMAND, ABI_DRIVER_CONSOLE, 63, 0, 0),
          ABI_NOSUPPORT);
    fails("a command behind them", call(ABI_COMMAND, ABI_DRIVER_CONSOLE, 64, 0, 0), ABI_NODEVICE);
    fails("another driver", call(ABI_COMMAND, ABI_DRIVER_LED, 0, 0, 0), ABI_NODEVICE);
    fails("subscribe to it", call(ABI_SUBSCRIBE, ABI_DRIVER_RNG, 0, 0, 5), ABI_NODEVICE);
    fails("share with it, read-write", call(ABI_ALLOW_RW, ABI_DRIVER_RNG, 0, 0, 0), ABI_NODEVICE);
    fails("share with it, read-only", call(ABI_ALLOW_RO, ABI_DRIVER_RNG, 0, 0, 0), ABI_NODEVICE);
    fails("share with it, readable", call(ABI_ALLOW_UR, ABI_DRIVER_RNG, 0, 0, 0), ABI_NODEVICE);
    check_end();
}

int main(void)
{
    check_filter();
    for (uint32_t i = 0; i < GUARDS; i++) {
        guard[i] = ~i;
    }
    begin_read();
    for (uint32_t i = 0; i < SCENARIOS; i++) {
        supervise(i);
    }
    end_read();
    for (uint32_t i = 0; i < SCENARIOS; i++) {
        if (strcmp(scenarios[i].report, "NOTHING") != 0) {
            printf("REPORT %s %s\r\n", scenarios[i].id, scenarios[i].report);
        }
    }
    printf("supervisor: over\r\n");
    for (;;) {
        syscall_yield_wait();
    }
}
