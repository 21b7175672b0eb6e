// SPDX-License-Identifier: Apache-2.0
#include <kernel/work.h>

#include "core.h"

/* First in, first out. Touched with interrupts masked. */
static struct work *first;
static struct work **last = &first;

void work_post(struct work *work)
{
    uint32_t mask = arch_interrupts_mask();

    if (!work->posted) {
        work->posted = true;
        work->next = NULL;
        *last = work;
        last = &work->next;
        arch_request_kernel();
    }
    arch_interrupts_restore(mask);
}

bool core_work_pending(void)
{
    return core_timers_due() || *(struct work *volatile *)&first != NULL;
}

static struct work *take(void)
{
    uint32_t mask = arch_interrupts_mask();
    struct work *work = first;

    if (work != NULL) {
        first = work->next;
        last = first == NULL ? &first : last;
        work->posted = false;
    }
    arch_interrupts_restore(mask);
    return work;
}

void core_work_run(void)
{
    struct work *work;

    if (*(struct work *volatile *)&first == NULL) {
        return; /* looked at once more with interrupts masked, before sleep */
    }
    work = take();
    if (work != NULL) {
        work->run(work->context);
    }
}
