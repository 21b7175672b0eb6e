// SPDX-License-Identifier: Apache-2.0
/*
 * The frame that the hardware pushes on a process's stack at an exception: r0-r3, r12, lr, pc, xPSR
 * (Armv7-M Architecture Reference Manual, B1.5.6). Inline: every system call passes here.
 */
#ifndef ARCH_FRAME_H
#define ARCH_FRAME_H

#include <stdbool.h>
#include <stdint.h>

#include <base/checked.h>

/** Bytes that a frame takes. */
#define ARCH_FRAME_SIZE 32u

enum arch_frame_word { FRAME_R0, FRAME_LR = 5, FRAME_PC = 6, FRAME_PSR = 7, FRAME_WORDS = 8 };

#define FRAME_THUMB     (1u << 24)
#define FRAME_IT        ((3u << 25) | (0x3Fu << 10)) /* also of an interrupted LDM or STM */
#define FRAME_CALL_SIZE 2u                           /* an SVC instruction */

/** The frame at sp; valid only after arch_frame_valid() said so. */
static inline uint32_t *arch_frame(uint32_t sp)
{
    return (uint32_t *)(uintptr_t)sp;
}

/** Whether a frame at sp lies inside [low, high), a process's stack. */
static inline bool arch_frame_valid(uint32_t sp, uint32_t low, uint32_t high)
{
    return ck_is_aligned(sp, 4) && ck_range_in(sp, ARCH_FRAME_SIZE, low, high);
}

/**
 * Class of the system call whose frame lies at sp (a valid one); its arguments are the frame's
 * first four words. Code is read only inside [low, high). UINT32_MAX: the call did not come from
 * there.
 */
static inline uint32_t arch_frame_class(uint32_t sp, uint32_t low, uint32_t high)
{
    uint32_t at = arch_frame(sp)[FRAME_PC] - FRAME_CALL_SIZE;

    if (!ck_is_aligned(at, FRAME_CALL_SIZE) || !ck_range_in(at, FRAME_CALL_SIZE, low, high)) {
        return UINT32_MAX;
    }
    return *(const uint8_t *)(uintptr_t)at; /* little-endian: the immediate value is in front */
}

/** Redirects a frame to an upcall function that returns to behind the system call. */
static inline void arch_frame_upcall(uint32_t sp, uint32_t function, const uint32_t argument[3],
                                     uint32_t userdata)
{
    uint32_t *frame = arch_frame(sp);

    frame[0] = argument[0];
    frame[1] = argument[1];
    frame[2] = argument[2];
    frame[3] = userdata;
    frame[FRAME_LR] = frame[FRAME_PC] | 1u;
    frame[FRAME_PC] = function & ~1u;
    frame[FRAME_PSR] = (frame[FRAME_PSR] & ~FRAME_IT) | FRAME_THUMB;
}

/** Makes the process repeat the system call that it is in, with the same arguments. */
static inline void arch_frame_repeat(uint32_t sp)
{
    arch_frame(sp)[FRAME_PC] -= FRAME_CALL_SIZE;
}

#endif
