// SPDX-License-Identifier: Apache-2.0
#include <gantry/gpio.h>

static enum abi_error command(uint32_t number, uint32_t pin, uint32_t argument)
{
    return syscall_error(syscall_command(ABI_DRIVER_GPIO, number, pin, argument));
}

uint32_t gpio_count(void)
{
    struct syscall_return result = syscall_command(ABI_DRIVER_GPIO, ABI_GPIO_COUNT, 0, 0);

    return syscall_ok(result) ? result.value[0] : 0;
}

enum abi_error gpio_make_output(uint32_t pin)
{
    return command(ABI_GPIO_MAKE_OUTPUT, pin, 0);
}

enum abi_error gpio_set(uint32_t pin, bool high)
{
    return command(high ? ABI_GPIO_SET : ABI_GPIO_CLEAR, pin, 0);
}

enum abi_error gpio_toggle(uint32_t pin)
{
    return command(ABI_GPIO_TOGGLE, pin, 0);
}

enum abi_error gpio_make_input(uint32_t pin, enum abi_gpio_pull pull)
{
    return command(ABI_GPIO_MAKE_INPUT, pin, pull);
}

enum abi_error gpio_disable(uint32_t pin)
{
    return command(ABI_GPIO_DISABLE, pin, 0);
}

bool gpio_is_high(uint32_t pin)
{
    struct syscall_return result = syscall_command(ABI_DRIVER_GPIO, ABI_GPIO_READ, pin, 0);

    return syscall_ok(result) && result.value[0] != 0;
}

enum abi_error gpio_watch(uint32_t pin, enum abi_gpio_edge edge)
{
    return command(ABI_GPIO_WATCH, pin, edge);
}

enum abi_error gpio_ignore(uint32_t pin)
{
    return command(ABI_GPIO_IGNORE, pin, 0);
}

enum abi_error gpio_listen(upcall_function *function, void *userdata)
{
    return syscall_error(
        syscall_subscribe(ABI_DRIVER_GPIO, ABI_GPIO_UPCALL_CHANGED, function, userdata));
}

uint32_t gpio_wait(bool *high)
{
    uint32_t edge[3];

    syscall_yield_wait_for(ABI_DRIVER_GPIO, ABI_GPIO_UPCALL_CHANGED, edge);
    *high = edge[1] != 0;
    return edge[0];
}
