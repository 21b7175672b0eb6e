// SPDX-License-Identifier: Apache-2.0
/*
 * An app of a realistic size, for measuring installs: a table of 14 KiB in flash, of which it
 * prints the sum.
 */
#include <gantry/console.h>

#define FOUR(x)    (x), (x) + 1, (x) + 2, (x) + 3
#define SIXTEEN(x) FOUR(x), FOUR((x) + 4), FOUR((x) + 8), FOUR((x) + 12)
#define LINE(x)    SIXTEEN(x), SIXTEEN((x) + 16), SIXTEEN((x) + 32), SIXTEEN((x) + 48)
#define BLOCK(x)   LINE(x), LINE((x) + 64), LINE((x) + 128), LINE((x) + 192)

#ifndef TABLES
#define TABLES 1
#endif
#define WORDS 3584

/* More tables than the first are all zero: they are there for their size. */
static const uint32_t table[TABLES * WORDS] = {
    BLOCK(0u),    BLOCK(256u),  BLOCK(512u),  BLOCK(768u),  BLOCK(1024u),
    BLOCK(1280u), BLOCK(1536u), BLOCK(1792u), BLOCK(2048u), BLOCK(2304u),
    BLOCK(2560u), BLOCK(2816u), BLOCK(3072u), BLOCK(3328u),
};

int main(void)
{
    const volatile uint32_t *word = table;
    uint32_t sum = 0;

    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        sum += word[i];
    }
    printf("%u words, sum %lu\r\n", (unsigned)(sizeof table / sizeof table[0]), (unsigned long)sum);
    return 0;
}
