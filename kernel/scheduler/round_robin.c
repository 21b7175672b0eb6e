// SPDX-License-Identifier: Apache-2.0
/*
 * Round robin. When a turn was used up, those whom events have made ready are favoured: they go
 * before the others that compute, as many as there are slots, and the round goes on behind them
 * where it stood.
 */
#include <stddef.h>

#include <base/bits.h>
#include <kernel/scheduler.h>

enum { SLICE_MS = 10, FAVOURS = 32, NOBODY = 32 };

static uint32_t turn;              /* slot that is asked first */
static uint32_t favoured = NOBODY; /* goes before its turn */
static uint32_t favours;           /* how many more may do so */

static uint32_t next(const struct scheduler_ready *ready, uint32_t *ms)
{
    *ms = SLICE_MS;
    if (favoured != NOBODY && (ready->all >> favoured & 1u) != 0) {
        return favoured;
    }
    favoured = NOBODY;
    turn = scheduler_first_from(ready->all, turn);
    return turn;
}

static void favour(uint32_t woken)
{
    if (favours == 0 || woken == 0) {
        favoured = NOBODY;
        return;
    }
    favoured = scheduler_first_from(woken, turn);
    favours--;
}

static void ended(uint32_t slot, enum scheduler_end end, const struct scheduler_ready *ready)
{
    if (end == TURN_INTERRUPTED) {
        return;
    }
    if (slot != favoured) {
        turn = slot + 1;
        favours = end == TURN_EXPIRED ? FAVOURS : 0;
    }
    favour(ready->woken);
}

const struct scheduler scheduler_round_robin = {.next = next, .ended = ended};
