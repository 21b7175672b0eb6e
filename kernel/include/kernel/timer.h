// SPDX-License-Identifier: Apache-2.0
/*
 * Any number of timers over the board's one alarm. Kernel loop only, except timer_now().
 */
#ifndef KERNEL_TIMER_H
#define KERNEL_TIMER_H

#include <stdbool.h>
#include <stdint.h>

/** A one-shot timer; owned by its user, zero it before the first use. */
struct timer {
    void (*fired)(void *context); /* called in the kernel loop */
    void *context;
    uint32_t reference; /* counter value from which delta counts */
    uint32_t delta;
    struct timer *next; /* belongs to the timer queue */
    bool armed;
};

/** The counter, wrapping at 2^32. Any context. */
uint32_t timer_now(void);
/** Counts per second. Any context. */
uint32_t timer_frequency(void);
/** Converts milliseconds to counts; ms <= 60 000. Any context. */
uint32_t timer_from_ms(uint32_t ms);
/**
 * Arms a timer for reference + delta; an armed one is armed anew. A moment that has passed already,
 * (now - reference) mod 2^32 >= delta, fires as soon as possible.
 */
void timer_arm(struct timer *timer, uint32_t reference, uint32_t delta);
/** Disarms; nothing happens when it is not armed. */
void timer_cancel(struct timer *timer);

#endif
