// SPDX-License-Identifier: Apache-2.0
/*
 * Multi-level feedback queue. A process starts in the first queue; one that uses a turn up moves to
 * the next. The first queue with somebody ready is served, round robin. Every REFRESH_MS of
 * processor time all are back in the first queue, so that nobody starves.
 */
#include <kernel/scheduler.h>

enum { LEVELS = 3, REFRESH_MS = 5000 };

static const uint8_t slice_ms[LEVELS] = {10, 20, 50};

static uint32_t at[LEVELS - 1]; /* slots at level 0, 1; all others are at the last */
static uint32_t turn;           /* slot that is asked first */
static uint32_t used_ms;        /* in used-up turns, since the last refresh */
static uint32_t known;          /* slots that have had a turn since then */

static uint32_t level_of(uint32_t slot)
{
    uint32_t bit = (uint32_t)1 << slot;

    if ((known & bit) == 0 || (at[0] & bit) != 0) {
        return 0;
    }
    return (at[1] & bit) != 0 ? 1 : 2;
}

static uint32_t next(const struct scheduler_ready *ready, uint32_t *ms)
{
    uint32_t best = ready->all & (~known | at[0]);

    if (best == 0) {
        best = ready->all & at[1];
    }
    turn = scheduler_first_from(best != 0 ? best : ready->all, turn);
    *ms = slice_ms[level_of(turn)];
    return turn;
}

static void put(uint32_t slot, uint32_t level)
{
    uint32_t bit = (uint32_t)1 << slot;

    known |= bit;
    at[0] = level == 0 ? at[0] | bit : at[0] & ~bit;
    at[1] = level == 1 ? at[1] | bit : at[1] & ~bit;
}

static void ended(uint32_t slot, enum scheduler_end end, const struct scheduler_ready *ready)
{
    uint32_t level = level_of(slot);

    (void)ready;
    if (end == TURN_INTERRUPTED) {
        return;
    }
    turn = slot + 1;
    if (end == TURN_GIVEN_UP) {
        return;
    }
    used_ms += slice_ms[level];
    if (used_ms >= REFRESH_MS) {
        used_ms = 0;
        known = 0;
        at[0] = 0;
        at[1] = 0;
    } else {
        put(slot, level < LEVELS - 1 ? level + 1 : level);
    }
}

const struct scheduler scheduler_mlfq = {.next = next, .ended = ended};
