// SPDX-License-Identifier: Apache-2.0
/* Yields and upcalls. */
#include "check.h"
#include "suite.h"

#include <gantry/memory.h>

enum {
    CONSOLE = ABI_DRIVER_CONSOLE,
    ALARM = ABI_DRIVER_ALARM,
    WRITTEN = 1,
    READ = 2,
    DEPTH = 9,
    LOG = 32,
    GRANULE = 1024
};

/* Upcalls in the order in which they ran. */
struct ran {
    uint32_t argument[2];
    uint32_t userdata;
};

static struct ran ran[LOG];
static uint32_t ran_count;
static struct entered entered;

static void note(uint32_t a, uint32_t b, uint32_t c, void *userdata)
{
    (void)c;
    if (ran_count < LOG) {
        ran[ran_count] = (struct ran){{a, b}, (uint32_t)(uintptr_t)userdata};
    }
    ran_count++;
}

static uint32_t code(upcall_function *function)
{
    return (uint32_t)(uintptr_t)function;
}

static void subscribe(uint32_t driver, uint32_t number, upcall_function *function,
                      uint32_t userdata)
{
    check_equal("subscribe",
                call(ABI_SUBSCRIBE, driver, number, function != NULL ? code(function) : 0, userdata)
                    .variant,
                ABI_SUCCESS_2_U32);
}

static void record(uint32_t driver, uint32_t number)
{
    memset(&entered, 0, sizeof entered);
    subscribe(driver, number, record_upcall, (uint32_t)(uintptr_t)&entered);
}

/* Nothing is subscribed and nothing waits from here on. */
static void quiet(void)
{
    subscribe(ALARM, 0, NULL, 0);
    subscribe(CONSOLE, WRITTEN, NULL, 0);
    subscribe(CONSOLE, READ, NULL, 0);
    ran_count = 0;
}

/* Arms the alarm; answers the tick of its expiry. */
static uint32_t arm(uint32_t ticks)
{
    struct syscall_return r = call(ABI_COMMAND, ALARM, ABI_ALARM_SET_RELATIVE, ticks, 0);

    check_equal("alarm", r.variant, ABI_SUCCESS_U32);
    return r.value[0];
}

/*
 * An upcall of the alarm is queued when this returns. Without a yield: an alarm that has fired
 * cannot be stopped any more.
 */
static uint32_t queue_alarm(void)
{
    uint32_t expiry;

    do {
        expiry = arm(100);
        spin_ms(2);
    } while (call(ABI_COMMAND, ALARM, ABI_ALARM_STOP, 0, 0).variant == ABI_SUCCESS);
    return expiry;
}

/* So is one of the console: a read that is aborted at once. */
static void queue_read(void)
{
    static uint8_t typed[4];

    (void)call(ABI_ALLOW_RW, CONSOLE, ABI_CONSOLE_RW_READ, (uint32_t)(uintptr_t)typed, 4);
    succeeds("console read", call(ABI_COMMAND, CONSOLE, ABI_CONSOLE_READ, 4, 0));
    succeeds("abort", call(ABI_COMMAND, CONSOLE, ABI_CONSOLE_ABORT_READ, 0, 0));
    (void)call(ABI_ALLOW_RW, CONSOLE, ABI_CONSOLE_RW_READ, 0, 0);
}

/* Yields without waiting; answers the byte that the kernel wrote. */
static uint8_t poll(enum yield_changes changes)
{
    struct observed seen;
    volatile uint8_t byte[3] = {0xAA, 0xAA, 0xAA};

    yield(ABI_YIELD_NO_WAIT, (uint32_t)(uintptr_t)&byte[1], 0, changes, &seen);
    check_true("its neighbours", byte[0] == 0xAA && byte[2] == 0xAA);
    return byte[1];
}

static void check_no_wait(void)
{
    uint32_t flash = memop(ABI_MEMOP_FLASH_START);
    uint8_t header = *(volatile const uint8_t *)(uintptr_t)flash;
    struct observed seen;
    uint32_t at;

    check_begin("33", "yield-no-wait without an upcall returns at once with byte 0");
    quiet();
    check_equal("byte", poll(CHANGES_NOTHING), 0);
    yield(ABI_YIELD_NO_WAIT, 0, 0, CHANGES_NOTHING, &seen);
    check_end();

    check_begin("33a", "the byte of yield-no-wait is written in own RAM only, else left out");
    quiet();
    yield(ABI_YIELD_NO_WAIT, 0x20000000, 0, CHANGES_NOTHING, &seen);
    yield(ABI_YIELD_NO_WAIT, flash, 0, CHANGES_NOTHING, &seen);
    check_equal("its header", *(volatile const uint8_t *)(uintptr_t)flash, header);
    yield(ABI_YIELD_NO_WAIT, memop(ABI_MEMOP_GRANT_START), 0, CHANGES_NOTHING, &seen);
    yield(ABI_YIELD_NO_WAIT, 0xFFFFFFFF, 0, CHANGES_NOTHING, &seen);
    /* Behind the break there is a byte that it can read, unless a granule ends there. */
    (void)syscall_memop(ABI_MEMOP_SBRK, 8);
    at = memop(ABI_MEMOP_SBRK);
    record(ALARM, 0);
    (void)queue_alarm();
    yield(ABI_YIELD_NO_WAIT, at, 0, CHANGES_CALL, &seen);
    check_equal("upcalls", entered.count, 1);
    if ((at & (GRANULE - 1u)) != 0) {
        check_equal("the byte at the break", *(volatile const uint8_t *)(uintptr_t)at, 0);
    }
    quiet();
    check_end();

    check_begin("33b", "yield-no-wait runs one upcall, with byte 1");
    record(ALARM, 0);
    (void)queue_alarm();
    check_equal("byte", poll(CHANGES_CALL), 1);
    check_equal("upcalls", entered.count, 1);
    check_equal("byte afterwards", poll(CHANGES_NOTHING), 0);
    quiet();
    check_end();

    check_begin("41", "yields that do not exist return at once and change nothing");
    yield(7, 1, 2, CHANGES_NOTHING, &seen);
    yield(3, 1, 2, CHANGES_NOTHING, &seen);
    yield(0xFFFFFFFF, 1, 2, CHANGES_NOTHING, &seen);
    check_end();
}

static void check_wait(void)
{
    struct observed seen;
    uint32_t expiry;
    uint32_t variable = 0x12345678;

    check_begin("34", "yield-wait runs the upcall as if it were called, and returns behind it");
    record(ALARM, 0);
    expiry = arm(ticks_of_ms(5));
    yield(ABI_YIELD_WAIT, 0, 0, CHANGES_CALL, &seen);
    check_equal("upcalls", entered.count, 1);
    check_true("first argument: now", entered.argument[0] - expiry < ticks_of_ms(20000));
    check_equal("second argument: the expiry", entered.argument[1], expiry);
    check_equal("third argument", entered.argument[2], 0);
    check_equal("userdata", entered.userdata, (uint32_t)(uintptr_t)&entered);
    check_equal("its stack is the caller's", entered.sp, seen.before.sp);
    check_equal("it returns to Thumb code", entered.lr & 1u, 1);
    quiet();
    check_end();

    check_begin("35", "yield-wait does not look at r1");
    record(ALARM, 0);
    (void)arm(100);
    yield(ABI_YIELD_WAIT, (uint32_t)(uintptr_t)&variable, 0, CHANGES_CALL, &seen);
    check_equal("the variable", variable, 0x12345678);
    check_equal("upcalls", entered.count, 1);
    check_end();

    check_begin("131", "yield-wait with r1 in flash does not fault");
    (void)arm(100);
    yield(ABI_YIELD_WAIT, memop(ABI_MEMOP_FLASH_START), 0, CHANGES_CALL, &seen);
    check_equal("upcalls", entered.count, 2);
    quiet();
    check_end();

    check_begin("161", "a yield inside an IT block runs the whole upcall");
    record(ALARM, 0);
    expiry = queue_alarm();
    call_in_it_block();
    check_equal("upcalls", entered.count, 1);
    check_equal("second argument", entered.argument[1], expiry);
    quiet();
    check_end();
}

static void check_wait_for(void)
{
    struct observed seen;
    uint32_t expiry;

    check_begin("36", "yield-wait-for answers the arguments and leaves other upcalls in order");
    quiet();
    subscribe(CONSOLE, READ, note, 0x36);
    queue_read();
    queue_read();
    expiry = arm(ticks_of_ms(2));
    yield(ABI_YIELD_WAIT_FOR, ALARM, 0, CHANGES_RESULTS, &seen);
    check_true("r0: now", seen.after.r[0] - expiry < ticks_of_ms(20000));
    check_equal("r1: the expiry", seen.after.r[1], expiry);
    check_equal("r2", seen.after.r[2], 0);
    check_equal("upcalls that ran meanwhile", ran_count, 0);
    check_equal("byte", poll(CHANGES_CALL), 1);
    check_equal("byte", poll(CHANGES_CALL), 1);
    check_equal("upcalls that ran then", ran_count, 2);
    check_equal("userdata", ran[1].userdata, 0x36);
    check_equal("byte", poll(CHANGES_NOTHING), 0);
    check_end();

    check_begin("36a", "yield-wait-for does not call a function that is subscribed");
    record(ALARM, 0);
    expiry = arm(100);
    yield(ABI_YIELD_WAIT_FOR, ALARM, 0, CHANGES_RESULTS, &seen);
    check_equal("r1", seen.after.r[1], expiry);
    check_equal("upcalls", entered.count, 0);
    check_equal("byte", poll(CHANGES_NOTHING), 0);
    check_end();

    check_begin("36b", "yield-wait-for something that cannot come returns at once");
    yield(ABI_YIELD_WAIT_FOR, 0x7FFFFFFF, 0, CHANGES_NOTHING, &seen);
    yield(ABI_YIELD_WAIT_FOR, ALARM, 1, CHANGES_NOTHING, &seen);
    yield(ABI_YIELD_WAIT_FOR, ABI_DRIVER_LED, 0, CHANGES_NOTHING, &seen);
    yield(ABI_YIELD_WAIT_FOR, ALARM, 0x100, CHANGES_NOTHING, &seen);
    check_end();

    check_begin("37", "unrelated upcalls that arrive do not keep yield-wait-for from waking up");
    quiet();
    subscribe(CONSOLE, WRITTEN, note, 0x37);
    for (uint32_t i = 0; i < 10; i++) {
        /* Both are due at the yield: the alarm's upcall first, then the other, then the process. */
        succeeds("write", call(ABI_COMMAND, CONSOLE, ABI_CONSOLE_WRITE, 0, 0));
        (void)arm(0);
        yield(ABI_YIELD_WAIT_FOR, ALARM, 0, CHANGES_RESULTS, &seen);
        check_equal("upcalls that ran meanwhile", ran_count, i);
        yield(ABI_YIELD_WAIT, 0, 0, CHANGES_CALL, &seen);
        check_equal("upcalls that ran then", ran_count, i + 1);
    }
    quiet();
    check_end();
}

static void check_forget(void)
{
    struct observed seen;
    uint32_t expiry;

    check_begin("38", "subscribing anew forgets the upcall that waits for the old function");
    record(ALARM, 0);
    (void)queue_alarm();
    subscribe(ALARM, 0, note, 1);
    check_equal("byte", poll(CHANGES_NOTHING), 0);
    check_equal("old function", entered.count, 0);
    check_equal("new function", ran_count, 0);
    check_end();

    check_begin("38a", "so it does with an event that nobody had subscribed to");
    quiet();
    (void)queue_alarm();
    subscribe(ALARM, 0, note, 1);
    expiry = arm(100);
    yield(ABI_YIELD_WAIT_FOR, ALARM, 0, CHANGES_RESULTS, &seen);
    check_equal("the later one's expiry", seen.after.r[1], expiry);
    check_end();

    check_begin("38b", "an event without a function does not count as an upcall");
    quiet();
    (void)queue_alarm();
    check_equal("byte", poll(CHANGES_NOTHING), 0);
    quiet();
    check_end();
}

static void check_queue(void)
{
    struct observed seen;
    uint32_t expiry[DEPTH + 3];

    check_begin("39", "nine upcalls wait in order; those that find no place are dropped");
    quiet();
    subscribe(ALARM, 0, note, 0x39);
    for (uint32_t i = 0; i < DEPTH + 3; i++) {
        expiry[i] = queue_alarm();
    }
    for (uint32_t i = 0; i < DEPTH; i++) {
        check_equal("byte", poll(CHANGES_CALL), 1);
        check_equal("the expiry of each", ran[i].argument[1], expiry[i]);
    }
    check_equal("byte when all have run", poll(CHANGES_NOTHING), 0);
    check_equal("upcalls", ran_count, DEPTH);
    check_end();

    check_begin("132", "a full queue does not keep yield-wait-for from what it waits for");
    quiet();
    subscribe(CONSOLE, READ, note, 0x132);
    for (uint32_t i = 0; i < DEPTH + 2; i++) {
        queue_read();
    }
    expiry[0] = arm(ticks_of_ms(2));
    yield(ABI_YIELD_WAIT_FOR, ALARM, 0, CHANGES_RESULTS, &seen);
    check_equal("r1: the expiry", seen.after.r[1], expiry[0]);
    for (uint32_t i = 0; i < DEPTH; i++) {
        check_equal("byte", poll(CHANGES_CALL), 1);
    }
    check_equal("upcalls", ran_count, DEPTH);
    quiet();
    check_end();
}

static uint32_t depth;
static uint32_t deepest;

static void outer(uint32_t a, uint32_t b, uint32_t c, void *userdata)
{
    struct observed seen;

    depth++;
    deepest = depth > deepest ? depth : deepest;
    if (depth < (uint32_t)(uintptr_t)userdata) {
        (void)call(ABI_COMMAND, ALARM, ABI_ALARM_SET_RELATIVE, 100, 0);
        yield(ABI_YIELD_WAIT, 0, 0, CHANGES_CALL, &seen);
    }
    note(a, b, c, userdata);
    depth--;
}

static void check_nested(void)
{
    struct observed seen;

    check_begin("40", "an upcall may yield for another; both end, and the stack is balanced");
    quiet();
    deepest = 0;
    subscribe(ALARM, 0, outer, 4);
    (void)arm(100);
    yield(ABI_YIELD_WAIT, 0, 0, CHANGES_CALL, &seen);
    check_equal("depth reached", deepest, 4);
    check_equal("depth left", depth, 0);
    check_equal("upcalls that ended", ran_count, 4);
    quiet();
    check_end();
}

static uint32_t even_runs;

static void even(uint32_t a, uint32_t b, uint32_t c, void *userdata)
{
    (void)a;
    (void)b;
    (void)c;
    (void)userdata;
    even_runs++;
}

static void check_function(void)
{
    struct observed seen;
    uint32_t address = code(even) & ~1u;

    check_begin("171", "an upcall function without the Thumb bit runs all the same");
    answers("subscribe", call(ABI_SUBSCRIBE, ALARM, 0, address, 0), ABI_SUCCESS_2_U32, 0, 0, 0);
    (void)arm(100);
    yield(ABI_YIELD_WAIT, 0, 0, CHANGES_CALL, &seen);
    check_equal("upcalls", even_runs, 1);
    answers("comes back as it was given", call(ABI_SUBSCRIBE, ALARM, 0, 0, 0), ABI_SUCCESS_2_U32,
            address, 0, 0);
    check_end();
}

void check_yields(void)
{
    check_no_wait();
    check_wait();
    check_wait_for();
    check_forget();
    check_queue();
    check_nested();
    check_function();
}
