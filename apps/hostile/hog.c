// SPDX-License-Identifier: Apache-2.0
/*
 * Hostile: asks for work that takes the kernel long (random numbers by the kilobyte, all of its RAM
 * at once), fills the RAM and begins anew. It must find it clear each time, and the others must not
 * wait.
 */
#include <gantry/console.h>
#include <gantry/device.h>
#include <gantry/memory.h>
#include <gantry/syscall.h>

enum { RANDOM = 8192, HEAP = 200000 };

static uint8_t bytes[RANDOM];

int main(void)
{
    uint8_t *fresh = memory_grow(HEAP);
    uint32_t dirty = 0;

    for (uint32_t i = 0; fresh != NULL && i < HEAP; i++) {
        dirty |= fresh[i];
    }
    if (fresh == NULL || dirty != 0 || rng_fill(bytes, sizeof bytes) != ABI_OK) {
        printf("hog: %s\r\n", fresh == NULL ? "refused" : dirty != 0 ? "DIRTY" : "no random bytes");
        return 1;
    }
    memset(fresh, 0xA5, HEAP);
    printf("hog: clear\r\n");
    syscall_exit_restart();
}
