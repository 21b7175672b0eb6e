// SPDX-License-Identifier: Apache-2.0
/* Sets of bits in a word. Pure; any context. */
#ifndef BASE_BITS_H
#define BASE_BITS_H

#include <stdint.h>

/** Index of the lowest bit of a set that is not empty; 0 for an empty one. */
static inline uint32_t bits_lowest(uint32_t set)
{
    /* The place of each bit in a de Bruijn sequence, by the five bits that a product shows. */
    static const uint8_t place[32] = {0,  1,  28, 2,  29, 14, 24, 3, 30, 22, 20, 15, 25, 17, 4,  8,
                                      31, 27, 13, 23, 21, 19, 16, 7, 26, 12, 18, 6,  11, 5,  10, 9};

    return place[(uint32_t)((set & (0u - set)) * 0x077CB531u) >> 27];
}

#endif
