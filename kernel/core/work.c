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
    return *(struct work *volatile *)&first != NULL;
}

/*
 * Runs what was posted before the call. Work that posts itself again waits for the next round, so
 * that processes get their turn in between.
 */
void core_work_run(void)
{
    uint32_t mask = arch_interrupts_mask();
    struct work *work = first;

    first = NULL;
    last = &first;
    arch_interrupts_restore(mask);
    while (work != NULL) {
        struct work *next = work->next;

        work->posted = false;
        work->run(work->context);
        work = next;
    }
}
