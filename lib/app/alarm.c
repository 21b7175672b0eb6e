// SPDX-License-Identifier: Apache-2.0
#include <gantry/alarm.h>

uint32_t alarm_frequency(void)
{
    return syscall_command(ABI_DRIVER_ALARM, ABI_ALARM_FREQUENCY, 0, 0).value[0];
}

uint32_t alarm_now(void)
{
    return syscall_command(ABI_DRIVER_ALARM, ABI_ALARM_NOW, 0, 0).value[0];
}

uint32_t alarm_from_ms(uint32_t ms)
{
    uint64_t counts = ((uint64_t)ms * alarm_frequency() + 999) / 1000;

    return counts <= UINT32_MAX ? (uint32_t)counts : UINT32_MAX;
}

uint32_t alarm_sleep_until(uint32_t reference, uint32_t delta)
{
    uint32_t ignored[3];

    if (syscall_ok(syscall_command(ABI_DRIVER_ALARM, ABI_ALARM_SET_ABSOLUTE, reference, delta))) {
        syscall_yield_wait_for(ABI_DRIVER_ALARM, ABI_ALARM_UPCALL_FIRED, ignored);
    }
    return reference + delta;
}

void alarm_sleep_ms(uint32_t ms)
{
    (void)alarm_sleep_until(alarm_now(), alarm_from_ms(ms));
}

enum abi_error alarm_set(uint32_t reference, uint32_t delta, upcall_function *function,
                         void *userdata)
{
    struct syscall_return result =
        syscall_subscribe(ABI_DRIVER_ALARM, ABI_ALARM_UPCALL_FIRED, function, userdata);

    if (!syscall_ok(result)) {
        return syscall_error(result);
    }
    return syscall_error(
        syscall_command(ABI_DRIVER_ALARM, ABI_ALARM_SET_ABSOLUTE, reference, delta));
}

enum abi_error alarm_stop(void)
{
    return syscall_error(syscall_command(ABI_DRIVER_ALARM, ABI_ALARM_STOP, 0, 0));
}
