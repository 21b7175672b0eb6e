// SPDX-License-Identifier: Apache-2.0
/* Operations whose buffer or function changes while they are under way. */
#include "check.h"
#include "suite.h"

#include <gantry/memory.h>

enum { RNG = ABI_DRIVER_RNG, CONSOLE = ABI_DRIVER_CONSOLE, LARGE = 4096, SMALL = 40, GUARD = 0xA5 };

static uint8_t buffer[LARGE];
static uint32_t old_runs;
static uint32_t new_runs;

static uint32_t ram(void)
{
    return (uint32_t)(uintptr_t)buffer;
}

static void begin_filling(void)
{
    memset(buffer, GUARD, sizeof buffer);
    (void)call(ABI_ALLOW_RW, RNG, ABI_RNG_RW_DESTINATION, ram(), LARGE);
    succeeds("random bytes", call(ABI_COMMAND, RNG, ABI_RNG_FILL, LARGE, 0));
}

static uint32_t guards_behind(uint32_t length)
{
    uint32_t count = 0;

    for (uint32_t i = length; i < LARGE; i++) {
        count += buffer[i] == GUARD ? 1u : 0;
    }
    return count;
}

static void run_old(uint32_t a, uint32_t b, uint32_t c, void *userdata)
{
    (void)a;
    (void)b;
    (void)c;
    (void)userdata;
    old_runs++;
}

static void run_new(uint32_t a, uint32_t b, uint32_t c, void *userdata)
{
    (void)a;
    (void)b;
    (void)c;
    (void)userdata;
    new_runs++;
}

void check_midway(void)
{
    uint32_t ended[3];
    struct observed seen;

    check_begin("172", "a buffer taken back under way is not written any more");
    (void)call(ABI_ALLOW_RW, RNG, ABI_RNG_RW_DESTINATION, ram(), LARGE);
    begin_filling();
    check_equal("taken back", call(ABI_ALLOW_RW, RNG, ABI_RNG_RW_DESTINATION, 0, 0).variant,
                ABI_SUCCESS_2_U32);
    memset(buffer, GUARD, sizeof buffer);
    syscall_yield_wait_for(RNG, ABI_RNG_UPCALL_FILLED, ended);
    sleep_ms(5);
    check_equal("bytes that nobody wrote", guards_behind(0), LARGE);
    check_true("what it says it filled", ended[1] <= LARGE);
    check_end();

    check_begin("172a", "a buffer that gets shorter under way is written up to its new end");
    begin_filling();
    (void)call(ABI_ALLOW_RW, RNG, ABI_RNG_RW_DESTINATION, ram(), SMALL);
    memset(buffer + SMALL, GUARD, LARGE - SMALL);
    syscall_yield_wait_for(RNG, ABI_RNG_UPCALL_FILLED, ended);
    sleep_ms(5);
    check_equal("bytes behind it", guards_behind(SMALL), LARGE - SMALL);
    (void)call(ABI_ALLOW_RW, RNG, ABI_RNG_RW_DESTINATION, 0, 0);
    check_end();

    check_begin("172b", "a function subscribed under way is the one that is called");
    (void)call(ABI_SUBSCRIBE, RNG, ABI_RNG_UPCALL_FILLED, (uint32_t)(uintptr_t)&run_old, 0);
    begin_filling();
    (void)call(ABI_SUBSCRIBE, RNG, ABI_RNG_UPCALL_FILLED, (uint32_t)(uintptr_t)&run_new, 0);
    yield(ABI_YIELD_WAIT, 0, 0, CHANGES_CALL, &seen);
    check_equal("old function", old_runs, 0);
    check_equal("new function", new_runs, 1);
    (void)call(ABI_SUBSCRIBE, RNG, ABI_RNG_UPCALL_FILLED, 0, 0);
    (void)call(ABI_ALLOW_RW, RNG, ABI_RNG_RW_DESTINATION, 0, 0);
    check_end();

    check_begin("172c", "text taken back under way is not written any further");
    memset(buffer, '\r', sizeof buffer); /* shows as nothing */
    (void)call(ABI_ALLOW_RO, CONSOLE, ABI_CONSOLE_RO_WRITE, ram(), LARGE);
    succeeds("write", call(ABI_COMMAND, CONSOLE, ABI_CONSOLE_WRITE, LARGE, 0));
    (void)call(ABI_ALLOW_RO, CONSOLE, ABI_CONSOLE_RO_WRITE, 0, 0);
    syscall_yield_wait_for(CONSOLE, ABI_CONSOLE_UPCALL_WRITTEN, ended);
    check_true("less than all was written", ended[0] < LARGE);
    check_end();
}
