// SPDX-License-Identifier: Apache-2.0
#include <gantry/debug.h>

void debug_alert(uint32_t code)
{
    (void)syscall_command(ABI_DRIVER_LOW_LEVEL_DEBUG, ABI_DEBUG_ALERT, code, 0);
}

void debug_print(uint32_t value)
{
    (void)syscall_command(ABI_DRIVER_LOW_LEVEL_DEBUG, ABI_DEBUG_PRINT, value, 0);
}

void debug_print_two(uint32_t value0, uint32_t value1)
{
    (void)syscall_command(ABI_DRIVER_LOW_LEVEL_DEBUG, ABI_DEBUG_PRINT_TWO, value0, value1);
}
