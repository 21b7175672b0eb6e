// SPDX-License-Identifier: Apache-2.0
/*
 * Linked into the image that lateness is measured with, in place of the sleep: the processor goes
 * round until an interrupt has left work. While it sleeps, the emulator's clock follows the host's,
 * whose delays would count as the kernel's; while it executes, time is the number of instructions
 * and nothing else. No device register is touched meanwhile: that would keep the emulator from
 * serving the line.
 */
#include <kernel/arch.h>

void arch_sleep(void)
{
    while (!core_work_pending()) {
        arch_interrupts_restore(0);
        (void)arch_interrupts_mask();
    }
}
