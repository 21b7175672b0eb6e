// SPDX-License-Identifier: Apache-2.0
/* What the compiler makes C++ call: memory by malloc(), and ends that should never come. */
#include <stddef.h>

#include <gantry/memory.h>
#include <gantry/syscall.h>

#include "../start.h"

/* Exceptions are off: what cannot be had ends the app. */
static void *allocate(size_t size)
{
    void *memory = malloc(size > 0 ? size : 1);

    if (memory == nullptr) {
        syscall_exit(ABI_NOMEM);
    }
    return memory;
}

void *operator new(size_t size)
{
    return allocate(size);
}

void *operator new[](size_t size)
{
    return allocate(size);
}

void operator delete(void *memory) noexcept
{
    free(memory);
}

void operator delete[](void *memory) noexcept
{
    free(memory);
}

void operator delete(void *memory, size_t) noexcept
{
    free(memory);
}

void operator delete[](void *memory, size_t) noexcept
{
    free(memory);
}

extern "C" {

/* A virtual function without a body was called. */
void __cxa_pure_virtual(void)
{
    syscall_exit(ABI_FAIL);
}

void *__dso_handle;

/*
 * The Arm ABI's order of arguments (Run-time ABI, 4.4.5). With the full C library destructors of
 * static objects run at exit; what an app without it holds ends with it.
 */
int __aeabi_atexit(void *object, void (*destructor)(void *), void *)
{
    return __cxa_atexit(destructor, object, nullptr);
}
}
