// SPDX-License-Identifier: Apache-2.0
#include <gantry/temperature.h>

enum abi_error temperature_read(int32_t *hundredths)
{
    uint32_t answer[3];
    enum abi_error error = temperature_start();

    if (error != ABI_OK) {
        return error;
    }
    syscall_yield_wait_for(ABI_DRIVER_TEMPERATURE, ABI_TEMPERATURE_UPCALL, answer);
    *hundredths = (int32_t)answer[0];
    return *hundredths != INT32_MIN ? ABI_OK : ABI_FAIL;
}

enum abi_error temperature_listen(upcall_function *function, void *userdata)
{
    return syscall_error(
        syscall_subscribe(ABI_DRIVER_TEMPERATURE, ABI_TEMPERATURE_UPCALL, function, userdata));
}

enum abi_error temperature_start(void)
{
    return syscall_error(syscall_command(ABI_DRIVER_TEMPERATURE, ABI_TEMPERATURE_READ, 0, 0));
}
