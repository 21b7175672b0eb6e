// SPDX-License-Identifier: Apache-2.0
/* Hostile: lets alarms expire as fast as it can. Other work of the kernel must get its turn. */
#include <gantry/alarm.h>

enum { DELTA = 20, SPIN = 100 };

static void ignore(uint32_t a, uint32_t b, uint32_t c, void *userdata)
{
    (void)a;
    (void)b;
    (void)c;
    (void)userdata;
}

int main(void)
{
    for (;;) {
        (void)alarm_set(alarm_now(), DELTA, ignore, NULL);
        for (volatile uint32_t i = 0; i < SPIN; i++) {
        }
        syscall_yield_wait();
    }
}
