// SPDX-License-Identifier: Apache-2.0
#include "start.h"

#include <gantry/memory.h>
#include <gantry/syscall.h>

_Noreturn void exit(int code)
{
    syscall_exit((uint32_t)code);
}

/* What an app holds ends with it: nothing is left to do for a destructor. */
int __cxa_atexit(void (*function)(void *), void *object, void *module)
{
    (void)function;
    (void)object;
    (void)module;
    return 0;
}
