// SPDX-License-Identifier: Apache-2.0
#include "floating.h"

/* Bits of FPSCR that keep what is written. */
#define FPSCR_BITS 0xF7C0009Fu

static uint32_t value_of(uint32_t seed, uint32_t index)
{
    uint32_t value = (seed + index + 1) * 0x9E3779B1u;

    return index == FLOATING_WORDS - 1 ? value & FPSCR_BITS : value;
}

void floating_fill(uint32_t seed)
{
    uint32_t value[FLOATING_WORDS];

    for (uint32_t i = 0; i < FLOATING_WORDS; i++) {
        value[i] = value_of(seed, i);
    }
    floating_put(value);
}

uint32_t floating_differences(uint32_t seed)
{
    uint32_t value[FLOATING_WORDS];
    uint32_t differences = 0;

    floating_get(value);
    for (uint32_t i = 0; i < FLOATING_WORDS; i++) {
        differences += value[i] != value_of(seed, i) ? 1u : 0;
    }
    return differences;
}
