// SPDX-License-Identifier: Apache-2.0
/*
 * Looks for what others, and its own life before, left in the floating-point registers; leaves
 * something there itself, and starts anew.
 */
#include <gantry/alarm.h>
#include <gantry/console.h>

#include "../float/registers.h"

int main(void)
{
    uint32_t words[REGISTERS];
    unsigned set = 0;

    registers_read(words);
    for (int i = 0; i < REGISTERS; i++) {
        if (words[i] != 0) {
            set++;
        }
        words[i] = i < REGISTERS - 1 ? 0xDEADBEEF : 0;
    }
    if (set == 0) {
        printf("float_spy: clear\r\n");
    } else {
        printf("float_spy: DIRTY: %u registers\r\n", set);
    }
    alarm_sleep_ms(50);
    registers_spin(words, words, 1);
    syscall_exit_restart();
}
