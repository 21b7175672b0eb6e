// SPDX-License-Identifier: Apache-2.0
#include "model_edges.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { WINDOW = 0x20000000, WINDOW_SIZE = 0x4000, ROUNDS = 400 };

uint32_t model_random(void)
{
    static uint32_t state = 2463534242u;

    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state;
}

static void mark_edges(const struct unit *unit, uint8_t is_edge[WINDOW_SIZE])
{
    uint64_t edge[UNIT_EDGES_MAX];
    uint32_t count = unit_edges(unit, edge);

    assert_true(count <= UNIT_EDGES_MAX);
    memset(is_edge, 0, WINDOW_SIZE);
    for (uint32_t i = 0; i < count; i++) {
        if (edge[i] >= WINDOW && edge[i] < WINDOW + WINDOW_SIZE) {
            is_edge[edge[i] - WINDOW] = 1;
        }
    }
}

void model_edges_are_complete(void (*fill)(struct unit *unit))
{
    static uint8_t is_edge[WINDOW_SIZE];
    unsigned changes = 0;

    for (unsigned round = 0; round < ROUNDS; round++) {
        struct unit unit = {.enabled = true};

        fill(&unit);
        mark_edges(&unit, is_edge);
        for (uint32_t i = 1; i < WINDOW_SIZE; i++) {
            if (unit_rights(&unit, WINDOW + i) != unit_rights(&unit, WINDOW + i - 1)) {
                changes++;
                assert_true(is_edge[i]);
            }
        }
    }
    assert_true(changes > ROUNDS); /* otherwise the registers were no test */
}
