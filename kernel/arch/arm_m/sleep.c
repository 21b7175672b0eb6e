// SPDX-License-Identifier: Apache-2.0
/* How the processor waits; a file of its own, so that an image can be linked with another way. */
#include <kernel/arch.h>

void arch_sleep(void)
{
    __asm volatile("dsb\n\twfi" ::: "memory");
}
