// SPDX-License-Identifier: Apache-2.0
#include <kernel/timer.h>

#include "core.h"

static struct timer *armed; /* unordered: there are few */

static volatile bool due; /* the alarm has fired */

static void alarm_fired(void *context)
{
    (void)context;
    due = true;
    arch_request_kernel();
}

bool core_timers_due(void)
{
    return due;
}

uint32_t timer_now(void)
{
    return core_board->alarm->now(core_board->alarm);
}

uint32_t timer_frequency(void)
{
    return core_board->alarm->frequency;
}

uint32_t timer_from_ms(uint32_t ms)
{
    return (uint32_t)((uint64_t)ms * core_board->alarm->frequency / 1000u);
}

/* Sets the alarm for the timer that expires first. */
static void arm_next(void)
{
    uint32_t now = timer_now();
    uint32_t soonest = UINT32_MAX;

    if (armed == NULL) {
        core_board->alarm->cancel(core_board->alarm);
        return;
    }
    for (const struct timer *timer = armed; timer != NULL; timer = timer->next) {
        uint32_t passed = now - timer->reference;
        uint32_t left = passed >= timer->delta ? 0 : timer->delta - passed;

        soonest = left < soonest ? left : soonest;
    }
    core_board->alarm->set(core_board->alarm, now, soonest);
}

static void unlink_timer(struct timer *timer)
{
    for (struct timer **link = &armed; *link != NULL; link = &(*link)->next) {
        if (*link == timer) {
            *link = timer->next;
            break;
        }
    }
    timer->armed = false;
}

void timer_arm(struct timer *timer, uint32_t reference, uint32_t delta)
{
    struct timer **end = &armed;

    if (timer->armed) {
        unlink_timer(timer);
    }
    timer->reference = reference;
    timer->delta = delta;
    timer->armed = true;
    timer->next = NULL;
    while (*end != NULL) {
        end = &(*end)->next;
    }
    *end = timer;
    arm_next();
}

void timer_cancel(struct timer *timer)
{
    if (timer->armed) {
        unlink_timer(timer);
        arm_next();
    }
}

/* Takes one expired timer off the list; NULL when none has expired. */
static struct timer *take_expired(uint32_t now)
{
    for (struct timer *timer = armed; timer != NULL; timer = timer->next) {
        if (now - timer->reference >= timer->delta) {
            unlink_timer(timer);
            return timer;
        }
    }
    return NULL;
}

void core_timers_run(void)
{
    uint32_t rounds = 0;
    struct timer *timer;

    if (!due) {
        return;
    }
    due = false;
    for (timer = armed; timer != NULL; timer = timer->next) {
        rounds++;
    }
    /*
     * As many as there are now: one that is armed again for the past goes to the end. The clock is
     * read anew each time: what a callback arms counts from later than the first reading.
     */
    for (; rounds > 0 && (timer = take_expired(timer_now())) != NULL; rounds--) {
        timer->fired(timer->context);
    }
    arm_next();
}

void core_timer_init(void)
{
    armed = NULL;
    core_board->alarm->start(core_board->alarm, alarm_fired, NULL);
}
