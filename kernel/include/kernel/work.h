// SPDX-License-Identifier: Apache-2.0
/*
 * Work for the kernel loop: what an interrupt handler leaves to be done later, and what a long
 * operation does step by step.
 */
#ifndef KERNEL_WORK_H
#define KERNEL_WORK_H

#include <stdbool.h>
#include <stddef.h>

/** One piece of work. Owned by whoever posts it; lives as long as it may be posted. */
struct work {
    void (*run)(void *context); /* called in the kernel loop; must be short */
    void *context;
    struct work *next; /* belongs to the queue */
    bool posted;
};

/** A work item for static initialisation. */
/* clang-format off */
#define WORK(function, argument) \
    {.run = (function), .context = (argument), .next = NULL, .posted = false}
/* clang-format on */

/**
 * Has work->run called by the kernel loop, once, soon. Posting work that waits already changes
 * nothing; work may post itself again while it runs. Any context.
 */
void work_post(struct work *work);

#endif
