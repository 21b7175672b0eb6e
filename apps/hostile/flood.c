// SPDX-License-Identifier: Apache-2.0
/*
 * Hostile: floods its own upcall queue, takes all the grant memory it can get, then never yields
 * again. Only it may suffer.
 */
#include <gantry/console.h>
#include <gantry/memory.h>
#include <gantry/syscall.h>

enum { FLOOD = 200, GREED = 64, PAUSE = 30000 };

static void ignore(uint32_t a, uint32_t b, uint32_t c, void *userdata)
{
    (void)a;
    (void)b;
    (void)c;
    (void)userdata;
}

int main(void)
{
    volatile uint32_t spin = 0;

    /* Writes of nothing, each of which is answered by an upcall. */
    (void)syscall_subscribe(ABI_DRIVER_CONSOLE, ABI_CONSOLE_UPCALL_WRITTEN, ignore, NULL);
    for (int i = 0; i < FLOOD; i++) {
        (void)syscall_command(ABI_DRIVER_CONSOLE, ABI_CONSOLE_WRITE, 0, 0);
        for (spin = 0; spin < PAUSE; spin++) {
        }
    }
    (void)syscall_subscribe(ABI_DRIVER_CONSOLE, ABI_CONSOLE_UPCALL_WRITTEN, NULL, NULL);
    while (memory_grow(GREED) != NULL) {
    }
    console_print("heap exhausted; never yielding again\r\n");
    for (;;) {
        spin++;
    }
}
