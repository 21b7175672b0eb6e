// SPDX-License-Identifier: Apache-2.0
/*
 * The frame that the hardware pushes on a process's stack at an exception: r0-r3, r12, lr, pc, xPSR
 * (Armv7-M Architecture Reference Manual, B1.5.6).
 */
#include <base/checked.h>
#include <kernel/arch.h>

enum { R0, LR = 5, PC = 6, PSR = 7, WORDS = 8 };

#define PSR_THUMB (1u << 24)
#define PSR_IT    ((3u << 25) | (0x3Fu << 10)) /* also the state of an interrupted LDM/STM */
#define CALL_SIZE 2u                           /* an SVC instruction */

static uint32_t *frame_at(uint32_t sp)
{
    return (uint32_t *)(uintptr_t)sp;
}

bool arch_frame_valid(uint32_t sp, uint32_t low, uint32_t high)
{
    return ck_is_aligned(sp, 4) && ck_range_in(sp, ARCH_FRAME_SIZE, low, high);
}

void arch_frame_create(struct arch_context *context, uint32_t sp, uint32_t entry,
                       const uint32_t argument[4])
{
    uint32_t *frame = frame_at(sp - ARCH_FRAME_SIZE);

    for (uint32_t i = 0; i < WORDS; i++) {
        frame[i] = i < 4 ? argument[i] : 0;
        context->saved[i] = 0;
    }
    frame[LR] = 1; /* returning from the entry point faults, on purpose */
    frame[PC] = entry & ~1u;
    frame[PSR] = PSR_THUMB;
    context->sp = sp - ARCH_FRAME_SIZE;
}

void arch_frame_upcall(uint32_t sp, uint32_t function, const uint32_t argument[4])
{
    uint32_t *frame = frame_at(sp);

    for (uint32_t i = 0; i < 4; i++) {
        frame[i] = argument[i];
    }
    frame[LR] = frame[PC] | 1u;
    frame[PC] = function & ~1u;
    frame[PSR] = (frame[PSR] & ~PSR_IT) | PSR_THUMB;
}

void arch_frame_result(uint32_t sp, const uint32_t *value, uint32_t count)
{
    uint32_t *frame = frame_at(sp);

    for (uint32_t i = 0; i < count; i++) {
        frame[i] = value[i];
    }
}

void arch_frame_report(uint32_t sp, struct fault *fault)
{
    const uint32_t *frame = frame_at(sp);

    for (uint32_t i = 0; i < 4; i++) {
        fault->r[i] = frame[i];
    }
    fault->lr = frame[LR];
    fault->pc = frame[PC];
    fault->psr = frame[PSR];
}

void arch_frame_repeat(uint32_t sp)
{
    frame_at(sp)[PC] -= CALL_SIZE;
}

bool arch_syscall_read(uint32_t sp, uint32_t code_low, uint32_t code_high,
                       struct arch_syscall *call)
{
    const uint32_t *frame = frame_at(sp);
    uint32_t at = frame[PC] - CALL_SIZE;

    if (!ck_is_aligned(at, CALL_SIZE) || !ck_range_in(at, CALL_SIZE, code_low, code_high)) {
        return false;
    }
    call->class_number = *(const uint16_t *)(uintptr_t)at & 0xFFu;
    for (uint32_t i = 0; i < 4; i++) {
        call->argument[i] = frame[i];
    }
    return true;
}
