// SPDX-License-Identifier: Apache-2.0
/* Lights the LEDs one after the other. */
#include <gantry/alarm.h>
#include <gantry/device.h>

enum { STEP_MS = 250 };

int main(void)
{
    uint32_t count = led_count();

    if (count == 0) {
        return ABI_NODEVICE;
    }
    for (uint32_t led = 0;; led = (led + 1) % count) {
        (void)led_toggle(led);
        alarm_sleep_ms(STEP_MS);
    }
}
