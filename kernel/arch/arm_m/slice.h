// SPDX-License-Identifier: Apache-2.0
/* How a slice of a process is counted with SysTick. */
#ifndef ARM_M_SLICE_H
#define ARM_M_SLICE_H

#include <stdint.h>

/*
 * Shortest reload of the tick. One that expires before its handler has returned would be taken
 * again at once, for ever, and no code below it would run any more.
 */
#define SLICE_TICKS_MIN 1000u

/** A slice in one or two parts. */
struct slice {
    uint32_t first; /* ticks until the tick's first interrupt, at least SLICE_TICKS_MIN */
    uint32_t
        after; /* ticks from there to the second; 0: there is none, else at least that as well */
};

/**
 * Divides a slice of `ticks`, of which the process gets `held` in any case (0: none). Where the
 * parts would be too short there is one, and what is too short as a whole is made longer. Pure; any
 * context.
 */
struct slice slice_divide(uint32_t ticks, uint32_t held);

#endif
