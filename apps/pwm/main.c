// SPDX-License-Identifier: Apache-2.0
/* Gives out pulses of a quarter of their period at each pin for a second. */
#include <gantry/alarm.h>
#include <gantry/console.h>
#include <gantry/pwm.h>

enum { HERTZ = 100, QUARTER = 2500 };

int main(void)
{
    uint32_t count = pwm_count();

    if (count == 0) {
        printf("pwm: %s\r\n", syscall_error_name(pwm_start(0, HERTZ, QUARTER)));
        return ABI_NODEVICE;
    }
    for (uint32_t pin = 0; pin < count; pin++) {
        enum abi_error error = pwm_start(pin, HERTZ, QUARTER);

        printf("pwm: pin %lu, up to %lu Hz: %s\r\n", (unsigned long)pin,
               (unsigned long)pwm_frequency_max(pin), syscall_error_name(error));
        alarm_sleep_ms(1000);
        (void)pwm_stop(pin);
    }
    return ABI_OK;
}
