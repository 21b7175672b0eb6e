// SPDX-License-Identifier: Apache-2.0
#include <gantry/console.h>
#include <gantry/memory.h>
#include <gantry/syscall.h>

size_t console_write(const void *data, size_t length)
{
    uint32_t written[3] = {0, 0, 0};

    (void)syscall_allow_ro(ABI_DRIVER_CONSOLE, ABI_CONSOLE_RO_WRITE, data, length);
    if (syscall_ok(syscall_command(ABI_DRIVER_CONSOLE, ABI_CONSOLE_WRITE, (uint32_t)length, 0))) {
        syscall_yield_wait_for(ABI_DRIVER_CONSOLE, ABI_CONSOLE_UPCALL_WRITTEN, written);
    }
    (void)syscall_allow_ro(ABI_DRIVER_CONSOLE, ABI_CONSOLE_RO_WRITE, NULL, 0);
    return written[0];
}

void console_print(const char *text)
{
    (void)console_write(text, strlen(text));
}

enum abi_error console_read(void *data, size_t capacity, size_t *length)
{
    uint32_t got[3] = {ABI_FAIL, 0, 0};
    struct syscall_return result;

    *length = 0;
    (void)syscall_allow_rw(ABI_DRIVER_CONSOLE, ABI_CONSOLE_RW_READ, data, capacity);
    result = syscall_command(ABI_DRIVER_CONSOLE, ABI_CONSOLE_READ, (uint32_t)capacity, 0);
    if (syscall_ok(result)) {
        syscall_yield_wait_for(ABI_DRIVER_CONSOLE, ABI_CONSOLE_UPCALL_READ, got);
        *length = got[1];
    }
    (void)syscall_allow_rw(ABI_DRIVER_CONSOLE, ABI_CONSOLE_RW_READ, NULL, 0);
    return syscall_ok(result) ? (enum abi_error)got[0] : syscall_error(result);
}
