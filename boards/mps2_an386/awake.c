// SPDX-License-Identifier: Apache-2.0
/*
 * Linked into the image that lateness is measured with, in place of the sleep: the kernel loop goes round
 * instead. While the processor sleeps, the emulator's clock follows the host's, whose delays would count as the
 * kernel's; while it executes, time is the number of instructions and nothing else.
 */
#include <kernel/arch.h>

void arch_sleep(void)
{
    /* A hint that the emulator takes to look after the serial line; a processor passes over it. */
    __asm volatile("yield");
}
