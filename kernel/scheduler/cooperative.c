// SPDX-License-Identifier: Apache-2.0
/*
 * Cooperative: who runs goes on until it waits. Its time is still measured in turns, between which
 * the verifier has its slices.
 */
#include <kernel/scheduler.h>

enum { TURN_MS = 10 };

static uint32_t turn; /* who runs, or whom to ask first */

static uint32_t next(const struct scheduler_ready *ready, uint32_t *ms)
{
    *ms = TURN_MS;
    turn = scheduler_first_from(ready->all, turn);
    return turn;
}

static void ended(uint32_t slot, enum scheduler_end end, const struct scheduler_ready *ready)
{
    (void)ready;
    if (end == TURN_GIVEN_UP) {
        turn = slot + 1;
    }
}

const struct scheduler scheduler_cooperative = {.next = next, .ended = ended};
