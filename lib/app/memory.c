// SPDX-License-Identifier: Apache-2.0
#include <gantry/memory.h>
#include <gantry/syscall.h>

void *memory_grow(intptr_t increment)
{
    struct syscall_return result = syscall_memop(ABI_MEMOP_SBRK, (uint32_t)increment);

    return syscall_ok(result) ? (void *)(uintptr_t)result.value[0] : NULL;
}
