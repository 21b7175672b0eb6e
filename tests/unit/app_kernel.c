// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "app_kernel.h"

#include <string.h>
#include <sys/mman.h>

#include <abi/syscall.h>

enum { ARENA = 1 << 16 };

char app_console[4096];
size_t app_console_used;
unsigned app_console_writes;

/* Addresses of the app's are 32 bits wide in system calls: the arena lies where they reach. */
static uint8_t *arena;
static size_t used;
static size_t limit;

struct syscall_return {
    uint32_t variant;
    uint32_t value[3];
};

struct syscall_return syscall_memop(uint32_t operation, uint32_t argument);
size_t console_write(const void *data, size_t length);

void app_memory_reset(size_t size, size_t skew)
{
    if (arena == NULL) {
        arena = mmap(NULL, ARENA, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT,
                     -1, 0);
        assert_ptr_not_equal(arena, MAP_FAILED);
    }
    assert_in_range(size, skew, ARENA);
    memset(arena, 0xA5, ARENA);
    used = skew;
    limit = size;
}

bool app_memory_holds(const void *at, size_t size)
{
    uintptr_t offset = (uintptr_t)at - (uintptr_t)arena;

    return offset <= used && size <= used - offset;
}

struct syscall_return syscall_memop(uint32_t operation, uint32_t argument)
{
    struct syscall_return result = {ABI_FAILURE, {ABI_NOMEM, 0, 0}};

    assert_int_equal(operation, ABI_MEMOP_SBRK);
    if (argument <= limit - used) {
        result.variant = ABI_SUCCESS_U32;
        result.value[0] = (uint32_t)(uintptr_t)(arena + used);
        used += argument;
    }
    return result;
}

size_t console_write(const void *data, size_t length)
{
    assert_in_range(length, 1, sizeof app_console - app_console_used);
    memcpy(app_console + app_console_used, data, length);
    app_console_used += length;
    app_console_writes++;
    return length;
}
