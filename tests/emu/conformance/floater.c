// SPDX-License-Identifier: Apache-2.0
/*
 * Computes all the time, with floating point: what another process has in the same registers must
 * not show up here.
 */
#include "floating.h"

#include <gantry/console.h>

enum { ROUNDS = 200, SPIN = 20000, SEED = 0x40000 };

int main(void)
{
    uint32_t differences = 0;

    for (uint32_t round = 0;; round++) {
        floating_fill(SEED + round);
        for (volatile uint32_t i = 0; i < SPIN; i++) {
        }
        differences += floating_differences(SEED + round);
        if (round == ROUNDS) {
            printf("floater: %lu differences\r\n", (unsigned long)differences);
        }
    }
}
