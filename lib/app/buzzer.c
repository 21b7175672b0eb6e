// SPDX-License-Identifier: Apache-2.0
#include <gantry/buzzer.h>

static enum abi_error command(uint32_t number, uint32_t hertz, uint32_t ms)
{
    return syscall_error(syscall_command(ABI_DRIVER_BUZZER, number, hertz, ms));
}

enum abi_error buzzer_play(uint32_t hertz, uint32_t ms)
{
    uint32_t answer[3];
    enum abi_error error = buzzer_start(hertz, ms);

    if (error != ABI_OK) {
        return error;
    }
    syscall_yield_wait_for(ABI_DRIVER_BUZZER, ABI_BUZZER_UPCALL_DONE, answer);
    return (enum abi_error)answer[0];
}

enum abi_error buzzer_listen(upcall_function *function, void *userdata)
{
    return syscall_error(
        syscall_subscribe(ABI_DRIVER_BUZZER, ABI_BUZZER_UPCALL_DONE, function, userdata));
}

enum abi_error buzzer_start(uint32_t hertz, uint32_t ms)
{
    return command(ABI_BUZZER_BUZZ, hertz, ms);
}

enum abi_error buzzer_start_now(uint32_t hertz, uint32_t ms)
{
    return command(ABI_BUZZER_BUZZ_NOW, hertz, ms);
}

enum abi_error buzzer_stop(void)
{
    return command(ABI_BUZZER_STOP, 0, 0);
}
