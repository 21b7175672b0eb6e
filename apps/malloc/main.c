// SPDX-License-Identifier: Apache-2.0
/* Fills the heap, frees it, and sees that it can be filled again. */
#include <gantry/console.h>
#include <gantry/memory.h>

enum { BLOCK = 128, BLOCKS_MAX = 64 };

static void *blocks[BLOCKS_MAX];

static unsigned fill(void)
{
    unsigned count = 0;

    while (count < BLOCKS_MAX && (blocks[count] = malloc(BLOCK)) != NULL) {
        (void)memset(blocks[count], (int)count, BLOCK);
        count++;
    }
    return count;
}

static unsigned check_and_free(unsigned count)
{
    unsigned bad = 0;

    for (unsigned i = 0; i < count; i++) {
        for (unsigned k = 0; k < BLOCK; k++) {
            bad += ((const uint8_t *)blocks[i])[k] != i ? 1u : 0u;
        }
        free(blocks[i]);
    }
    return bad;
}

int main(void)
{
    unsigned first = fill();
    unsigned bad = check_and_free(first);
    unsigned second = fill();

    bad += check_and_free(second);
    printf("%u blocks, then %u, %u bytes damaged: %s\r\n", first, second, bad,
           first > 0 && first == second && bad == 0 ? "PASS" : "FAIL");
    return 0;
}
