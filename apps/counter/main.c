// SPDX-License-Identifier: Apache-2.0
/* Prints a number every 100 ms. The period has no drift: each moment is counted from the last one.
 */
#include <gantry/alarm.h>
#include <gantry/console.h>

enum { PERIOD_MS = 100 };

int main(void)
{
    uint32_t period = alarm_from_ms(PERIOD_MS);
    uint32_t moment = alarm_now();

    for (unsigned number = 0;; number++) {
        printf("%u\r\n", number);
        moment = alarm_sleep_until(moment, period);
    }
}
