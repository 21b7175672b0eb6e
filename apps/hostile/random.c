// SPDX-License-Identifier: Apache-2.0
/* Hostile: has the kernel make random bytes without end. The verifier must get its turn beside
 * that. */
#include <gantry/device.h>

static uint8_t bytes[8192];

int main(void)
{
    for (;;) {
        (void)rng_fill(bytes, sizeof bytes);
    }
}
