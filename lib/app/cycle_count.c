// SPDX-License-Identifier: Apache-2.0
#include <gantry/cycle_count.h>

static enum abi_error command(uint32_t number)
{
    return syscall_error(syscall_command(ABI_DRIVER_CYCLE_COUNT, number, 0, 0));
}

enum abi_error cycle_count_start(void)
{
    return command(ABI_CYCLE_COUNT_START);
}

enum abi_error cycle_count_stop(void)
{
    return command(ABI_CYCLE_COUNT_STOP);
}

enum abi_error cycle_count_reset(void)
{
    return command(ABI_CYCLE_COUNT_RESET);
}

uint64_t cycle_count_read(void)
{
    struct syscall_return result =
        syscall_command(ABI_DRIVER_CYCLE_COUNT, ABI_CYCLE_COUNT_READ, 0, 0);

    return syscall_ok(result) ? (uint64_t)result.value[1] << 32 | result.value[0] : 0;
}
