// SPDX-License-Identifier: Apache-2.0
/* Priority by slot: whenever the kernel decides, the lowest slot that is ready runs. */
#include <kernel/scheduler.h>

enum { TURN_MS = 10 };

static uint32_t next(const struct scheduler_ready *ready, uint32_t *ms)
{
    *ms = TURN_MS;
    return scheduler_first_from(ready->all, 0);
}

static void ended(uint32_t slot, enum scheduler_end end, const struct scheduler_ready *ready)
{
    (void)slot;
    (void)end;
    (void)ready;
}

const struct scheduler scheduler_priority = {.next = next, .ended = ended};
