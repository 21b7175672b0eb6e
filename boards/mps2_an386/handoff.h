// SPDX-License-Identifier: Apache-2.0
/*
 * The page of RAM that a reset leaves alone: how the kernel asks the bootloader for something. At
 * power-up it is zero, so nothing is asked.
 */
#ifndef MPS2_AN386_HANDOFF_H
#define MPS2_AN386_HANDOFF_H

#include <stdbool.h>
#include <stdint.h>

#include "memory_map.h"

#define HANDOFF_RECOVER 0x52435652u /* stay in the bootloader once */

/* The request and its complement: RAM that was never written is no request. */
#define HANDOFF_WORD(n) (*(volatile uint32_t *)(MAP_HANDOFF_START + 4u * (n)))

static inline void handoff_request(uint32_t request)
{
    HANDOFF_WORD(0) = request;
    HANDOFF_WORD(1) = ~request;
}

/* Whether `request` was made; takes it back. */
static inline bool handoff_take(uint32_t request)
{
    bool asked = HANDOFF_WORD(0) == request && HANDOFF_WORD(1) == ~request;

    HANDOFF_WORD(0) = 0;
    HANDOFF_WORD(1) = 0;
    return asked;
}

#endif
