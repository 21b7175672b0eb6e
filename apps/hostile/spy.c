// SPDX-License-Identifier: Apache-2.0
/* Hostile: reads the memory of the process in front of its own. The kernel must stop it. */
#include <gantry/console.h>
#include <gantry/syscall.h>

enum { BLOCK = 0x4000 };

int main(void)
{
    uint32_t own = syscall_memop(ABI_MEMOP_MEMORY_START, 0).value[0];
    volatile const uint32_t *victim = (volatile const uint32_t *)(uintptr_t)(own - BLOCK);

    printf("reading %p\r\n", (void *)(uintptr_t)victim);
    printf("ESCAPED: read 0x%lx\r\n", (unsigned long)*victim);
    return 0;
}
