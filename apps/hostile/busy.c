// SPDX-License-Identifier: Apache-2.0
/* Hostile: computes for ever, without ever making a system call again. It may have its share, no
 * more. */
#include <stdint.h>

int main(void)
{
    volatile uint32_t spin = 0;

    for (;;) {
        spin++;
    }
}
