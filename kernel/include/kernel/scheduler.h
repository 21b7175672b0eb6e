// SPDX-License-Identifier: Apache-2.0
/*
 * Which process runs next. A board names one scheduler; the others are not linked.
 *
 * A scheduler sees slots of the process table, not processes: it decides from which of them are
 * ready and from how their turns ended, so that a decision costs the same whatever is idle. All
 * functions are called in the kernel loop.
 */
#ifndef KERNEL_SCHEDULER_H
#define KERNEL_SCHEDULER_H

#include <stdbool.h>
#include <stdint.h>

/** Slots of processes, one bit each. */
struct scheduler_ready {
    uint32_t all;   /* can run now */
    uint32_t woken; /* of these: an event made it ready and it has not run since */
};

/** How a turn ended. */
enum scheduler_end {
    TURN_INTERRUPTED, /* by the kernel's own work: some of its time is left */
    TURN_EXPIRED,     /* all of its time is used up */
    TURN_GIVEN_UP     /* it waits, has ended, or began anew */
};

struct scheduler {
    /**
     * Chooses.
     * @param ready  ready->all is not 0
     * @param ms     receives how long it may run at most, in milliseconds of the processor's ticks;
     *               when it was interrupted and is chosen again, what is left is used instead
     * @return the slot, one whose bit in ready->all is set
     */
    uint32_t (*next)(const struct scheduler_ready *ready, uint32_t *ms);
    /**
     * Told how a turn ended.
     * @param slot   the one that next() chose
     * @param ready  as it is now
     */
    void (*ended)(uint32_t slot, enum scheduler_end end, const struct scheduler_ready *ready);
};

/** Round robin, 10 ms. Whom an event made ready goes before those that used up their time. */
extern const struct scheduler scheduler_round_robin;
/** Who runs goes on until it waits. */
extern const struct scheduler scheduler_cooperative;
/** The lowest slot that is ready runs: apps that stand first in flash come first. */
extern const struct scheduler scheduler_priority;
/**
 * Multi-level feedback queue: slices of 10, 20 and 50 ms, longer but later for those that use them
 * up; all are back in the first queue every five seconds.
 */
extern const struct scheduler scheduler_mlfq;

/** The lowest slot of a set that is at or behind `from`, else the lowest; the set is not empty. */
uint32_t scheduler_first_from(uint32_t set, uint32_t from);

#endif
