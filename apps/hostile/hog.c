// SPDX-License-Identifier: Apache-2.0
/*
 * Hostile: asks for work that takes the kernel long (random numbers by the kilobyte, all of its RAM
 * at once), again and again. Whatever it gets, the others must not wait for it.
 */
#include <gantry/console.h>
#include <gantry/device.h>
#include <gantry/memory.h>

enum { RANDOM = 8192, HEAP = 200000 };

static uint8_t bytes[RANDOM];

int main(void)
{
    for (unsigned round = 1;; round++) {
        const uint8_t *fresh = memory_grow(HEAP);
        uint32_t dirty = 0;

        for (uint32_t i = 0; fresh != NULL && i < HEAP; i++) {
            dirty |= fresh[i];
        }
        if (rng_fill(bytes, sizeof bytes) != ABI_OK || fresh == NULL ||
            (round == 1 && dirty != 0)) {
            printf("hog: refused or dirty memory\r\n");
            return 1;
        }
        (void)memory_grow(-HEAP);
        printf("hog: round %u\r\n", round);
    }
}
