// SPDX-License-Identifier: Apache-2.0
/*
 * Arms a 10 ms alarm for ever and reports, every 100 alarms, by how much the latest was late at
 * most: from the moment it was due to the first instruction behind the wait, in microseconds.
 */
#include <gantry/alarm.h>
#include <gantry/console.h>

enum { PERIOD_MS = 10, REPORT_EVERY = 100 };

int main(void)
{
    uint32_t period = alarm_from_ms(PERIOD_MS);
    uint32_t per_us = alarm_frequency() / 1000000u;

    for (;;) {
        uint32_t worst = 0;

        for (int i = 0; i < REPORT_EVERY; i++) {
            uint32_t due = alarm_sleep_until(alarm_now(), period);
            uint32_t late = alarm_now() - due;

            worst = late > worst ? late : worst;
        }
        printf("latest %lu us\r\n", (unsigned long)(worst / (per_us > 0 ? per_us : 1)));
    }
}
