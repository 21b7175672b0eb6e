// SPDX-License-Identifier: Apache-2.0
/*
 * RAM that a reset leaves alone, that by hand too: what kernel and bootloader tell each other
 * across one. Each item is a word and its complement: RAM that was never written says nothing.
 */
#ifndef BOARDS_HANDOFF_H
#define BOARDS_HANDOFF_H

#include <stdbool.h>
#include <stdint.h>

#include "memory_map.h"

enum handoff_item {
    HANDOFF_REQUEST = 0, /* HANDOFF_RECOVER: stay in the bootloader once */
    HANDOFF_EARLY = 1,   /* HANDOFF_NOT_UP: a kernel was started and is not up yet */
    HANDOFF_STARTS = 2   /* how many starts in a row came to nothing */
};

#define HANDOFF_RECOVER 0x52435652u
#define HANDOFF_NOT_UP  0x4E4F5550u

#define HANDOFF_WORD(n) (*(volatile uint32_t *)(MAP_HANDOFF_START + 4u * (n)))

static inline void handoff_set(enum handoff_item item, uint32_t value)
{
    HANDOFF_WORD(2u * item) = value;
    HANDOFF_WORD(2u * item + 1u) = ~value;
}

/* The value of an item, 0 when there is none; takes it back. */
static inline uint32_t handoff_take(enum handoff_item item)
{
    uint32_t value = HANDOFF_WORD(2u * item);
    bool valid = value == (uint32_t)~HANDOFF_WORD(2u * item + 1u);

    handoff_set(item, 0);
    return valid ? value : 0;
}

#endif
