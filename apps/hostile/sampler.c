// SPDX-License-Identifier: Apache-2.0
/*
 * Has two buffers of one sample each filled at the highest rate that the board allows, and listens
 * to none of it: as many upcalls as there can be, into a queue that nobody empties.
 */
#include <gantry/adc.h>
#include <gantry/alarm.h>
#include <gantry/console.h>

int main(void)
{
    uint16_t first;
    uint16_t second;
    uint32_t hertz = 1u << 20;

    while (hertz > 1 && adc_start_fill_repeatedly(0, hertz, &first, &second, 1) == ABI_INVAL) {
        hertz -= hertz / 16 + 1;
    }
    printf("sampler: %lu Hz\r\n", (unsigned long)hertz);
    for (;;) {
        alarm_sleep_ms(1000);
    }
}
