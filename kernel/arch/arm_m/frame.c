// SPDX-License-Identifier: Apache-2.0
/* What is done with frames now and then; what every system call does is in <arch/frame.h>. */
#include <kernel/arch.h>

void arch_frame_create(struct arch_context *context, uint32_t sp, uint32_t entry,
                       const uint32_t argument[4])
{
    uint32_t *frame = arch_frame(sp - ARCH_FRAME_SIZE);

    for (uint32_t i = 0; i < FRAME_WORDS; i++) {
        frame[i] = i < 4 ? argument[i] : 0;
        context->saved[i] = 0;
    }
    frame[FRAME_LR] = 1; /* returning from the entry point faults, on purpose */
    frame[FRAME_PC] = entry & ~1u;
    frame[FRAME_PSR] = FRAME_THUMB;
    context->sp = sp - ARCH_FRAME_SIZE;
}

void arch_frame_report(uint32_t sp, struct fault *fault)
{
    const uint32_t *frame = arch_frame(sp);

    for (uint32_t i = 0; i < 4; i++) {
        fault->r[i] = frame[i];
    }
    fault->lr = frame[FRAME_LR];
    fault->pc = frame[FRAME_PC];
    fault->psr = frame[FRAME_PSR];
}
