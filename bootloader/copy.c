// SPDX-License-Identifier: Apache-2.0
/*
 * The two functions that the compiler calls by itself, small: the library's are made for speed, and
 * take twelve times the space. Compiled without what would turn their loops into calls of them.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { WORD = sizeof(uint32_t) };

void *memcpy(void *restrict to, const void *restrict from, size_t length)
{
    size_t i = 0;

    if ((((uintptr_t)to | (uintptr_t)from | length) & (WORD - 1)) == 0) {
        uint32_t *words = to;
        const uint32_t *source = from;

        for (; i < length / WORD; i++) {
            words[i] = source[i];
        }
        return to;
    }
    for (; i < length; i++) {
        ((uint8_t *)to)[i] = ((const uint8_t *)from)[i];
    }
    return to;
}

void *memset(void *to, int value, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        ((uint8_t *)to)[i] = (uint8_t)value;
    }
    return to;
}
