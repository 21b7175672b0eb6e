// SPDX-License-Identifier: Apache-2.0
/*
 * An app in the manner of libtock-rs: no start-up relocations, and waiting by yield-wait in a loop
 * that subscribes for as long as a call lasts.
 */
#include <stdbool.h>

#include "calls.h"

enum { CONSOLE = 1, YIELD_WAIT = 1, SUCCESS = 128, SUCCESS_2_U32 = 130 };

int number = 42;
const char *text = "Hello from an app of fixed addresses";
uint32_t zero[8];
volatile uint32_t written;

static void upcall(uint32_t a0, uint32_t a1, uint32_t a2, void *userdata)
{
    (void)a1;
    (void)a2;
    *(volatile uint32_t *)userdata = a0;
}

static bool print(const char *what)
{
    uint32_t length = 0;

    while (what[length] != '\0') {
        length++;
    }
    written = 0;
    if (call_subscribe(CONSOLE, 1, (const void *)(uintptr_t)upcall, (const void *)&written) !=
            SUCCESS_2_U32 ||
        call_allow_ro(CONSOLE, 1, what, length) != SUCCESS_2_U32 ||
        call_command(CONSOLE, 1, length, 0) != SUCCESS) {
        return false;
    }
    while (written == 0) {
        (void)call_yield(YIELD_WAIT, 0, 0, 0);
    }
    return written == length && call_allow_ro(CONSOLE, 1, (const void *)0, 0) == SUCCESS_2_U32 &&
           call_subscribe(CONSOLE, 1, (const void *)0, (const void *)0) == SUCCESS_2_U32;
}

int main(void)
{
    uint32_t sum = 0;

    for (int i = 0; i < 8; i++) {
        sum |= zero[i];
    }
    return print(text) &&
                   print(sum == 0 && number == 42 ? ": data in place\r\n" : ": data WRONG\r\n")
               ? 0
               : 1;
}
