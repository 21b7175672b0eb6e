// SPDX-License-Identifier: Apache-2.0
/*
 * An app in the manner of libtock-c: prints by allow, subscribe, command and yield, and uses every
 * kind of data that its start-up has to bring in place.
 */
#include <stdbool.h>

#include "calls.h"

enum {
    CONSOLE = 1,
    ALARM = 0,
    YIELD_WAIT = 1,
    SUCCESS = 128,
    SUCCESS_U32 = 129,
    SUCCESS_2_U32 = 130
};

/* c_start.S relocates these two: one address in flash, one in RAM. */
static int number = 42;
struct {
    const char *text;
    int *number;
} relocated = {"Hello from an app built for Tock", &number};

int zero[8];
static volatile bool done;

static void upcall(uint32_t a0, uint32_t a1, uint32_t a2, void *userdata)
{
    (void)a0;
    (void)a1;
    (void)a2;
    *(volatile bool *)userdata = true;
}

static void wait(void)
{
    while (!done) {
        (void)call_yield(YIELD_WAIT, 0, 0, 0);
    }
    done = false;
}

static bool print(const char *text)
{
    uint32_t length = 0;

    while (text[length] != '\0') {
        length++;
    }
    if (call_allow_ro(CONSOLE, 1, text, length) != SUCCESS_2_U32 ||
        call_subscribe(CONSOLE, 1, (const void *)(uintptr_t)upcall, (const void *)&done) !=
            SUCCESS_2_U32 ||
        call_command(CONSOLE, 1, length, 0) != SUCCESS) {
        return false;
    }
    wait();
    return true;
}

int main(void)
{
    bool zeroed = true;

    for (int i = 0; i < 8; i++) {
        zeroed = zeroed && zero[i] == 0;
    }
    if (!print(relocated.text)) {
        return 1;
    }
    /* 250 ms, as `delay_ms` of blink does. */
    if (call_subscribe(ALARM, 0, (const void *)(uintptr_t)upcall, (const void *)&done) !=
            SUCCESS_2_U32 ||
        call_command(ALARM, 5, 1000, 0) != SUCCESS_U32) {
        return 2;
    }
    wait();
    (void)print(zeroed && *relocated.number == 42 && relocated.number == &number
                    ? ": data in place\r\n"
                    : ": data WRONG\r\n");
    return 0;
}
