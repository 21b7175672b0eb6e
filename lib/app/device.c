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

enum abi_error button_wait(uint32_t index, bool *pressed)
{
    uint32_t got[3];
    enum abi_error error = button_enable(index);

    if (error != ABI_OK) {
        return error;
    }
    do {
        syscall_yield_wait_for(ABI_DRIVER_BUTTON, ABI_BUTTON_UPCALL_CHANGED, got);
    } while (got[0] != index);
    *pressed = got[1] != 0;
    return ABI_OK;
}

/* The fill under way without anybody waiting; function NULL: none. */
static struct {
    rng_function *function;
    void *context;
} filling;

static void give_back(void)
{
    (void)syscall_allow_rw(ABI_DRIVER_RNG, ABI_RNG_RW_DESTINATION, NULL, 0);
}

static void filled(uint32_t status, uint32_t length, uint32_t unused, void *userdata)
{
    rng_function *function = filling.function;

    (void)unused;
    (void)userdata;
    give_back();
    filling.function = NULL; /* first: the function may begin the next fill */
    if (function != NULL) {
        function(filling.context, (enum abi_error)status, length);
    }
}

static enum abi_error begin_fill(void *data, size_t length)
{
    enum abi_error error =
        syscall_error(syscall_allow_rw(ABI_DRIVER_RNG, ABI_RNG_RW_DESTINATION, data, length));

    return error != ABI_OK
               ? error
               : syscall_error(syscall_command(ABI_DRIVER_RNG, ABI_RNG_FILL, (uint32_t)length, 0));
}

enum abi_error rng_fill(void *data, size_t length)
{
    uint32_t got[3] = {ABI_OK, 0, 0};
    enum abi_error error;

    if (filling.function != NULL) {
        return ABI_BUSY;
    }
    error = begin_fill(data, length);
    if (error == ABI_OK) {
        syscall_yield_wait_for(ABI_DRIVER_RNG, ABI_RNG_UPCALL_FILLED, got);
        error = (enum abi_error)got[0];
    }
    give_back();
    return error;
}

enum abi_error rng_fill_async(void *data, size_t length, rng_function *function, void *context)
{
    enum abi_error error;

    if (function == NULL) {
        return ABI_INVAL;
    }
    if (filling.function != NULL) {
        return ABI_BUSY;
    }
    error = syscall_error(syscall_subscribe(ABI_DRIVER_RNG, ABI_RNG_UPCALL_FILLED, filled, NULL));
    error = error == ABI_OK ? begin_fill(data, length) : error;
    if (error != ABI_OK) {
        give_back();
        return error;
    }
    filling.function = function;
    filling.context = context;
    return ABI_OK;
}
