// SPDX-License-Identifier: Apache-2.0
#include <gantry/device.h>

static uint32_t count_of(uint32_t driver)
{
    struct syscall_return result = syscall_command(driver, ABI_COMMAND_EXISTS, 0, 0);

    return syscall_ok(result) ? result.value[0] : 0;
}

static enum abi_error led(uint32_t command, uint32_t index)
{
    return syscall_error(syscall_command(ABI_DRIVER_LED, command, index, 0));
}

uint32_t led_count(void)
{
    return count_of(ABI_DRIVER_LED);
}

enum abi_error led_on(uint32_t index)
{
    return led(ABI_LED_ON, index);
}

enum abi_error led_off(uint32_t index)
{
    return led(ABI_LED_OFF, index);
}

enum abi_error led_toggle(uint32_t index)
{
    return led(ABI_LED_TOGGLE, index);
}

bool led_is_on(uint32_t index)
{
    struct syscall_return result = syscall_command(ABI_DRIVER_LED, ABI_LED_GET, index, 0);

    return syscall_ok(result) && result.value[0] != 0;
}

uint32_t button_count(void)
{
    return count_of(ABI_DRIVER_BUTTON);
}

bool button_is_pressed(uint32_t index)
{
    struct syscall_return result = syscall_command(ABI_DRIVER_BUTTON, ABI_BUTTON_READ, index, 0);

    return syscall_ok(result) && result.value[0] != 0;
}

enum abi_error button_listen(upcall_function *function, void *userdata)
{
    return syscall_error(
        syscall_subscribe(ABI_DRIVER_BUTTON, ABI_BUTTON_UPCALL_CHANGED, function, userdata));
}

enum abi_error button_enable(uint32_t index)
{
    return syscall_error(syscall_command(ABI_DRIVER_BUTTON, ABI_BUTTON_ENABLE, index, 0));
}

enum abi_error button_disable(uint32_t index)
{
    return syscall_error(syscall_command(ABI_DRIVER_BUTTON, ABI_BUTTON_DISABLE, index, 0));
}

enum abi_error rng_fill(void *data, size_t length)
{
    struct syscall_return result;
    uint32_t filled[3] = {ABI_OK, 0, 0};

    (void)syscall_allow_rw(ABI_DRIVER_RNG, ABI_RNG_RW_DESTINATION, data, length);
    result = syscall_command(ABI_DRIVER_RNG, ABI_RNG_FILL, (uint32_t)length, 0);
    if (syscall_ok(result)) {
        syscall_yield_wait_for(ABI_DRIVER_RNG, ABI_RNG_UPCALL_FILLED, filled);
    }
    (void)syscall_allow_rw(ABI_DRIVER_RNG, ABI_RNG_RW_DESTINATION, NULL, 0);
    return syscall_ok(result) ? (enum abi_error)filled[0] : syscall_error(result);
}
