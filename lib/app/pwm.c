// SPDX-License-Identifier: Apache-2.0
#include <gantry/pwm.h>

static uint32_t number_of(uint32_t command, uint32_t pin)
{
    struct syscall_return result = syscall_command(ABI_DRIVER_PWM, command, pin, 0);

    return syscall_ok(result) ? result.value[0] : 0;
}

uint32_t pwm_count(void)
{
    return number_of(ABI_PWM_COUNT, 0);
}

uint32_t pwm_frequency_max(uint32_t pin)
{
    return number_of(ABI_PWM_FREQUENCY_MAX, pin);
}

enum abi_error pwm_start(uint32_t pin, uint32_t hertz, uint32_t duty)
{
    if (pin > 0xFFFFu || duty > 0xFFFFu) {
        return ABI_INVAL;
    }
    return syscall_error(syscall_command(ABI_DRIVER_PWM, ABI_PWM_START, duty << 16 | pin, hertz));
}

enum abi_error pwm_stop(uint32_t pin)
{
    return syscall_error(syscall_command(ABI_DRIVER_PWM, ABI_PWM_STOP, pin, 0));
}
