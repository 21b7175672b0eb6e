// SPDX-License-Identifier: Apache-2.0
/* Drivers: what each must answer. */
#include "drivers.h"
#include "check.h"
#include "processes.h"

#include <gantry/console.h>
#include <gantry/memory.h>

enum { ALARM = ABI_DRIVER_ALARM, CONSOLE = ABI_DRIVER_CONSOLE, RNG = ABI_DRIVER_RNG };
enum { LED = ABI_DRIVER_LED, BUTTON = ABI_DRIVER_BUTTON, DEBUG = ABI_DRIVER_LOW_LEVEL_DEBUG };
enum { INFO = ABI_DRIVER_PROCESS_INFO };
enum { TEXT = 200, ODD = 17, GUARD = 0xA5 };

static uint8_t memory[TEXT + 2];

static uint32_t ram(void)
{
    return (uint32_t)(uintptr_t)memory;
}

static void wait_for(uint32_t driver, uint32_t number, uint32_t value[3])
{
    struct observed seen;

    yield(ABI_YIELD_WAIT_FOR, driver, number, CHANGES_RESULTS, &seen);
    memcpy(value, seen.after.r, 3 * sizeof value[0]);
}

/* Sets the alarm; waits for it; sees that it comes neither early nor for another time. */
static void alarm_at(const char *what, uint32_t reference, uint32_t delta, bool at_once)
{
    uint32_t start = now();
    uint32_t expiry = reference + delta;
    uint32_t fired[3];

    succeeds_with(what, call(ABI_COMMAND, ALARM, ABI_ALARM_SET_ABSOLUTE, reference, delta), expiry);
    wait_for(ALARM, ABI_ALARM_UPCALL_FIRED, fired);
    check_equal(what, fired[1], expiry);
    check_equal(what, fired[2], 0);
    check_true(what, fired[0] - start < ticks_of_ms(20000));
    if (!at_once) {
        check_true(what, fired[0] - expiry < 0x80000000u);
    }
}

static void check_alarm(void)
{
    uint32_t ms = ticks_of_ms(1);
    uint32_t early = 0xFFFF0000u; /* before the counter began: every sum with it wraps */

    check_begin("52", "alarms count modulo 2^32: in the past at once, across the wrap in time");
    check_true("the frequency is at least 1 kHz", ms > 0);
    alarm_at("10 ticks ago, for 5", now() - 10, 5, true);
    alarm_at("a reference that is still to come has passed", now() + 1000 * ms, 5, true);
    alarm_at("across the wrap", early, now() - early + 10 * ms, false);
    alarm_at("from now", now(), 5 * ms, false);
    check_end();

    check_begin("52a",
                "an alarm is stopped once, and a later one takes the place of an earlier one");
    fails("stop, none armed", call(ABI_COMMAND, ALARM, ABI_ALARM_STOP, 0, 0), ABI_ALREADY);
    check_equal("the longest delay",
                call(ABI_COMMAND, ALARM, ABI_ALARM_SET_ABSOLUTE, now(), 0xFFFFFFFF).variant,
                ABI_SUCCESS_U32);
    succeeds("stop", call(ABI_COMMAND, ALARM, ABI_ALARM_STOP, 0, 0));
    (void)call(ABI_COMMAND, ALARM, ABI_ALARM_SET_RELATIVE, 0x7FFFFFFF, 0);
    alarm_at("in its place", now(), ms, false);
    fails("stop, it has fired", call(ABI_COMMAND, ALARM, ABI_ALARM_STOP, 0, 0), ABI_ALREADY);
    refuses("it has no buffers", call(ABI_ALLOW_RW, ALARM, 0, ram(), 4), ABI_NOSUPPORT, ram(), 4);
    check_end();
}

static void check_console(void)
{
    uint32_t value[3];

    check_begin("53", "200 bytes of text give one upcall; reads are bounded, one at a time");
    memset(memory, '\r', TEXT); /* shows as nothing */
    (void)call(ABI_ALLOW_RO, CONSOLE, ABI_CONSOLE_RO_WRITE, ram(), TEXT);
    succeeds("write", call(ABI_COMMAND, CONSOLE, ABI_CONSOLE_WRITE, TEXT, 0));
    wait_for(CONSOLE, ABI_CONSOLE_UPCALL_WRITTEN, value);
    check_equal("bytes written", value[0], TEXT);
    succeeds("write more than the buffer", call(ABI_COMMAND, CONSOLE, ABI_CONSOLE_WRITE, 1000, 0));
    wait_for(CONSOLE, ABI_CONSOLE_UPCALL_WRITTEN, value);
    check_equal("bytes of the buffer", value[0], TEXT);
    (void)call(ABI_ALLOW_RO, CONSOLE, ABI_CONSOLE_RO_WRITE, 0, 0);
    succeeds("write without a buffer", call(ABI_COMMAND, CONSOLE, ABI_CONSOLE_WRITE, 5, 0));
    wait_for(CONSOLE, ABI_CONSOLE_UPCALL_WRITTEN, value);
    check_equal("bytes of nothing", value[0], 0);
    (void)call(ABI_ALLOW_RW, CONSOLE, ABI_CONSOLE_RW_READ, ram(), 100);
    fails("read 100", call(ABI_COMMAND, CONSOLE, ABI_CONSOLE_READ, 100, 0), ABI_INVAL);
    succeeds("read 64", call(ABI_COMMAND, CONSOLE, ABI_CONSOLE_READ, 64, 0));
    fails("read beside it", call(ABI_COMMAND, CONSOLE, ABI_CONSOLE_READ, 1, 0), ABI_BUSY);
    succeeds("abort", call(ABI_COMMAND, CONSOLE, ABI_CONSOLE_ABORT_READ, 0, 0));
    wait_for(CONSOLE, ABI_CONSOLE_UPCALL_READ, value);
    check_equal("status", value[0], ABI_CANCEL);
    check_equal("bytes so far", value[1], 0);
    succeeds("abort nothing", call(ABI_COMMAND, CONSOLE, ABI_CONSOLE_ABORT_READ, 0, 0));
    (void)call(ABI_ALLOW_RW, CONSOLE, ABI_CONSOLE_RW_READ, 0, 0);
    check_end();
}

static void check_led(void)
{
    struct syscall_return r = call(ABI_COMMAND, LED, ABI_COMMAND_EXISTS, 0, 0);

    check_begin("54", "LEDs: their number, their bounds; nothing can be subscribed or shared");
    check_equal("number", r.variant, ABI_SUCCESS_U32);
    check_true("there are some", r.value[0] > 0 && r.value[0] < 64);
    for (uint32_t command = ABI_LED_ON; command <= ABI_LED_GET; command++) {
        fails("behind the last", call(ABI_COMMAND, LED, command, r.value[0], 0), ABI_INVAL);
        fails("number -1", call(ABI_COMMAND, LED, command, 0xFFFFFFFF, 0), ABI_INVAL);
    }
    succeeds("on", call(ABI_COMMAND, LED, ABI_LED_ON, 0, 0));
    succeeds_with("it is on", call(ABI_COMMAND, LED, ABI_LED_GET, 0, 0), 1);
    succeeds("toggle", call(ABI_COMMAND, LED, ABI_LED_TOGGLE, 0, 0));
    succeeds_with("it is off", call(ABI_COMMAND, LED, ABI_LED_GET, 0, 0), 0);
    succeeds("off", call(ABI_COMMAND, LED, ABI_LED_OFF, 0, 0));
    refuses("subscribe", call(ABI_SUBSCRIBE, LED, 0, 0, 7), ABI_NOMEM, 0, 7);
    refuses("allow", call(ABI_ALLOW_RW, LED, 0, ram(), 4), ABI_NOMEM, ram(), 4);
    check_end();
}

static void check_rng(void)
{
    uint32_t value[3];
    uint32_t sum = 0;

    check_begin("56", "17 random bytes fill 17 bytes and touch no neighbour");
    memset(memory, GUARD, sizeof memory);
    for (uint32_t i = 0; i < 8; i++) {
        (void)call(ABI_ALLOW_RW, RNG, ABI_RNG_RW_DESTINATION, ram() + 1, ODD);
        succeeds("fill", call(ABI_COMMAND, RNG, ABI_RNG_FILL, ODD, 0));
        wait_for(RNG, ABI_RNG_UPCALL_FILLED, value);
        check_equal("status", value[0], ABI_OK);
        check_equal("bytes", value[1], ODD);
        check_equal("third argument", value[2], 0);
        check_true("its neighbours", memory[0] == GUARD && memory[ODD + 1] == GUARD);
        sum |= memory[ODD] ^ GUARD; /* the last byte is filled, too, at least once */
    }
    check_true("the last byte", sum != 0);
    succeeds("more than the buffer", call(ABI_COMMAND, RNG, ABI_RNG_FILL, 1000, 0));
    wait_for(RNG, ABI_RNG_UPCALL_FILLED, value);
    check_equal("bytes of the buffer", value[1], ODD);
    check_true("the neighbour", memory[ODD + 1] == GUARD);
    (void)call(ABI_ALLOW_RW, RNG, ABI_RNG_RW_DESTINATION, 0, 0);
    fails("no buffer", call(ABI_COMMAND, RNG, ABI_RNG_FILL, ODD, 0), ABI_RESERVE);
    check_end();
}

/* What the process driver answers, into a buffer of `length` bytes between guards. */
static struct syscall_return ask(uint32_t command, uint32_t id, uint32_t length)
{
    struct syscall_return r;

    memset(memory, GUARD, sizeof memory);
    (void)call(ABI_ALLOW_RW, INFO, ABI_PROCESS_RW_BUFFER, ram() + 4, length);
    r = call(ABI_COMMAND, INFO, command, id, 0);
    (void)call(ABI_ALLOW_RW, INFO, ABI_PROCESS_RW_BUFFER, 0, 0);
    check_true("the byte in front", memory[3] == GUARD);
    check_true("the byte behind", memory[4 + length] == GUARD);
    return r;
}

static void check_process_info(void)
{
    uint32_t own = process_self();
    struct syscall_return r;
    uint32_t count;
    uint32_t words[4];

    check_begin("153",
                "process information goes into the buffer as far as it fits, in whole words");
    r = ask(ABI_PROCESS_COUNT, 0, 0);
    check_equal("number of processes", r.variant, ABI_SUCCESS_U32);
    count = r.value[0];
    check_true("more than this one", count > 1 && count <= 32);
    succeeds_with("identifiers", ask(ABI_PROCESS_IDS, 0, 64), count);
    succeeds_with("of 7 bytes, one word", ask(ABI_PROCESS_IDS, 0, 7), count);
    check_true("the second is not written", memory[8] == GUARD && memory[10] == GUARD);
    succeeds_with("ShortIDs, no room", ask(ABI_PROCESS_SHORT_IDS, 0, 3), count);
    check_true("nothing is written", memory[4] == GUARD);
    succeeds_with("name", ask(ABI_PROCESS_NAME, own, 7), 7);
    check_true("it is its own", memcmp(memory + 4, "drivers", 7) == 0);
    succeeds_with("beginning of the name", ask(ABI_PROCESS_NAME, own, 3), 7);
    check_true("three bytes of it", memcmp(memory + 4, "dri", 3) == 0);
    fails("name of nobody", ask(ABI_PROCESS_NAME, 0x7FFFFFFF, 8), ABI_INVAL);
    succeeds("numbers", ask(ABI_PROCESS_STATISTICS, own, 16));
    memcpy(words, memory + 4, sizeof words);
    check_true("calls were counted", words[1] > 100 && words[1] < 0x10000000);
    check_equal("restarts", words[2], 0);
    check_equal("state", words[3], ABI_PROCESS_RUNNING);
    succeeds("numbers of nobody", ask(ABI_PROCESS_STATISTICS, 0x7FFFFFFF, 16));
    fails("no such command", ask(7, own, 16), ABI_NOSUPPORT);
    check_end();
}

static void check_debug(void)
{
    check_begin("58", "low-level debug prints alerts and numbers");
    succeeds("alert", call(ABI_COMMAND, DEBUG, ABI_DEBUG_ALERT, ABI_DEBUG_ALERT_WRONG_LOCATION, 0));
    succeeds("print", call(ABI_COMMAND, DEBUG, ABI_DEBUG_PRINT, 0x5858, 0));
    succeeds("print two", call(ABI_COMMAND, DEBUG, ABI_DEBUG_PRINT_TWO, 0x58, 0x85));
    fails("no such command", call(ABI_COMMAND, DEBUG, 4, 0, 0), ABI_NOSUPPORT);
    check_end();
}

static uint32_t changes;
static uint32_t change[4][2];

static void changed(uint32_t index, uint32_t pressed, uint32_t c, void *userdata)
{
    (void)c;
    (void)userdata;
    if (changes < 4) {
        change[changes][0] = index;
        change[changes][1] = pressed;
    }
    changes++;
}

/* The test presses and releases button 1, then 0: only 0 is enabled. */
static void check_button(void)
{
    struct syscall_return r = call(ABI_COMMAND, BUTTON, ABI_COMMAND_EXISTS, 0, 0);

    check_begin("55", "a button is reported to who enabled it: pressed, then released");
    check_equal("number", r.variant, ABI_SUCCESS_U32);
    check_true("there are two", r.value[0] >= 2 && r.value[0] <= 32);
    for (uint32_t command = ABI_BUTTON_ENABLE; command <= ABI_BUTTON_READ; command++) {
        fails("behind the last", call(ABI_COMMAND, BUTTON, command, r.value[0], 0), ABI_INVAL);
    }
    (void)call(ABI_SUBSCRIBE, BUTTON, 0, (uint32_t)(uintptr_t)&changed, 0);
    succeeds("enable", call(ABI_COMMAND, BUTTON, ABI_BUTTON_ENABLE, 0, 0));
    succeeds_with("state", call(ABI_COMMAND, BUTTON, ABI_BUTTON_READ, 0, 0), 0);
    printf("drivers: press\r\n");
    while (changes < 2) {
        syscall_yield_wait();
    }
    check_equal("the button", change[0][0], 0);
    check_equal("pressed", change[0][1], 1);
    check_equal("the button", change[1][0], 0);
    check_equal("released", change[1][1], 0);
    succeeds("disable", call(ABI_COMMAND, BUTTON, ABI_BUTTON_DISABLE, 0, 0));
    check_end();
}

int main(void)
{
    check_alarm();
    check_console();
    check_led();
    check_rng();
    check_process_info();
    check_debug();
    check_devices();
    check_sharing();
    check_computing();
    check_storage();
    check_installing();
    check_button();
    printf("drivers: over\r\n");
    return 0;
}
