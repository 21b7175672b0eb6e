// SPDX-License-Identifier: Apache-2.0
/*
 * Hostile: floods its own upcall queue, takes all the grant memory it can get, then never yields
 * again. Only it may suffer.
 */
#include <gantry/alarm.h>
#include <gantry/console.h>
#include <gantry/device.h>
#include <gantry/memory.h>

enum { FLOOD = 1000, GREED = 64 };

static uint8_t bytes[4];

int main(void)
{
    unsigned refused = 0;
    volatile uint32_t spin = 0;

    (void)syscall_allow_rw(ABI_DRIVER_RNG, ABI_RNG_RW_DESTINATION, bytes, sizeof bytes);
    for (int i = 0; i < FLOOD; i++) {
        refused +=
            syscall_ok(syscall_command(ABI_DRIVER_RNG, ABI_RNG_FILL, sizeof bytes, 0)) ? 0 : 1;
    }
    while (memory_grow(GREED) != NULL) {
    }
    printf("%u upcalls refused, heap exhausted; never yielding again\r\n", refused);
    for (;;) {
        spin++;
    }
}
