// SPDX-License-Identifier: Apache-2.0
#include <kernel/timer.h>

#include "core.h"

/* Timers fired in one go: one that is armed for the past again and again is no endless loop. */
enum { ROUNDS = 32 };

static struct timer *armed; /* in the order in which they expire */

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
    return kernel_board->alarm->now(kernel_board->alarm);
}

uint32_t timer_frequency(void)
{
    return kernel_board->alarm->frequency;
}

uint32_t timer_from_ms(uint32_t ms)
{
    uint32_t frequency = kernel_board->alarm->frequency;

    /* In two parts: the product of the whole is more than 32 bits. */
    return ms * (frequency / 1000u) + ms * (frequency % 1000u) / 1000u;
}

static uint32_t left_of(const struct timer *timer, uint32_t now)
{
    uint32_t passed = now - timer->reference;

    return passed >= timer->delta ? 0 : timer->delta - passed;
}

/* Sets the alarm for the timer that expires first. */
static void set_alarm(uint32_t now)
{
    const struct hil_alarm *alarm = kernel_board->alarm;

    if (armed == NULL) {
        alarm->cancel(alarm);
    } else {
        alarm->set(alarm, now, left_of(armed, now));
    }
}

static void unlink_timer(struct timer *timer)
{
    struct timer **link = &armed;

    while (*link != timer) {
        link = &(*link)->next;
    }
    *link = timer->next;
    timer->armed = false;
}

void timer_arm(struct timer *timer, uint32_t reference, uint32_t delta)
{
    struct timer *first = armed;
    struct timer **link = &armed;
    uint32_t now = timer_now();
    uint32_t left;

    if (timer->armed) {
        unlink_timer(timer);
    }
    timer->reference = reference;
    timer->delta = delta;
    timer->armed = true;
    left = left_of(timer, now);
    while (*link != NULL && left_of(*link, now) <= left) {
        link = &(*link)->next;
    }
    timer->next = *link;
    *link = timer;
    if (armed == timer || first == timer) {
        set_alarm(now);
    }
}

void timer_cancel(struct timer *timer)
{
    if (timer->armed) {
        unlink_timer(timer);
        set_alarm(timer_now());
    }
}

void core_timers_run(void)
{
    uint32_t rounds = ROUNDS;
    uint32_t now;

    if (!due) {
        return;
    }
    due = false;
    now = timer_now();
    while (armed != NULL && left_of(armed, now) == 0 && rounds > 0) {
        struct timer *timer = armed;

        rounds--;
        unlink_timer(timer);
        timer->fired(timer->context);
        /* Read anew: what a callback arms counts from later than the first reading. */
        now = timer_now();
    }
    set_alarm(now);
}

void core_timer_init(void)
{
    armed = NULL;
    kernel_board->alarm->start(kernel_board->alarm, alarm_fired, NULL);
}
