// SPDX-License-Identifier: Apache-2.0
/*
 * The timers that run are a list without order: apps have few. The alarm is set for the one that is
 * due first, at most ALARM_LONGEST ahead, so that times beyond the counter's range come in pieces.
 */
#include <gantry/alarm.h>
#include <gantry/timer.h>

static struct timer *running;

static uint64_t counts(uint32_t ms)
{
    return ((uint64_t)ms * alarm_frequency() + 999) / 1000;
}

/* Brings a timer's reference up to now. */
static void advance(struct timer *timer, uint32_t now)
{
    uint32_t passed = now - timer->reference;

    if (passed < timer->left) {
        timer->reference = now;
        timer->left -= passed;
    } else {
        timer->reference += (uint32_t)timer->left; /* when it was due: periods count from there */
        timer->left = 0;
    }
}

static void unlink_timer(struct timer *timer)
{
    for (struct timer **link = &running; *link != NULL; link = &(*link)->next) {
        if (*link == timer) {
            *link = timer->next;
            break;
        }
    }
    timer->running = false;
}

/* Of those that are due, the one that has been so for longest. */
static struct timer *first_due(uint32_t now)
{
    struct timer *first = NULL;

    for (struct timer *timer = running; timer != NULL; timer = timer->next) {
        if (timer->left == 0 &&
            (first == NULL || now - timer->reference > now - first->reference)) {
            first = timer;
        }
    }
    return first;
}

/* Before the function is called, so that it finds its timer as it will be. */
static void finish(struct timer *timer, uint32_t now)
{
    uint32_t late = now - timer->reference;

    if (timer->period == 0) {
        unlink_timer(timer);
    } else {
        timer->left = timer->period * (late / timer->period + 1);
        advance(timer, now);
    }
}

static void expired(uint32_t now, uint32_t due, uint32_t unused, void *userdata);

static enum abi_error arm(uint32_t now)
{
    uint32_t soonest = ALARM_LONGEST;

    if (running == NULL) {
        (void)alarm_stop();
        return ABI_OK;
    }
    for (const struct timer *timer = running; timer != NULL; timer = timer->next) {
        soonest = timer->left < soonest ? (uint32_t)timer->left : soonest;
    }
    return alarm_set(now, soonest, expired, NULL);
}

static void advance_all(uint32_t now)
{
    for (struct timer *timer = running; timer != NULL; timer = timer->next) {
        if (timer->left != 0) {
            advance(timer, now);
        }
    }
}

/* One at a time. The alarm is set for the next before, since a function may wait for another. */
static void expired(uint32_t now, uint32_t due, uint32_t unused, void *userdata)
{
    struct timer *timer;

    (void)due;
    (void)unused;
    (void)userdata;
    advance_all(now);
    timer = first_due(now);
    if (timer != NULL) {
        finish(timer, now);
    }
    (void)arm(now);
    if (timer != NULL) {
        timer->function(timer->context);
    }
}

static enum abi_error start(struct timer *timer, uint64_t delay, uint64_t period,
                            timer_function *function, void *context)
{
    uint32_t now = alarm_now();
    enum abi_error error;

    if (function == NULL) {
        return ABI_INVAL;
    }
    if (timer->running) {
        unlink_timer(timer);
    }
    advance_all(now);
    *timer = (struct timer){running, delay, period, now, true, function, context};
    running = timer;
    error = arm(now);
    if (error != ABI_OK) {
        unlink_timer(timer);
    }
    return error;
}

enum abi_error timer_start(struct timer *timer, uint32_t ms, timer_function *function,
                           void *context)
{
    return start(timer, counts(ms), 0, function, context);
}

enum abi_error timer_start_periodic(struct timer *timer, uint32_t ms, timer_function *function,
                                    void *context)
{
    uint64_t period = counts(ms);

    return period > 0 ? start(timer, period, period, function, context) : ABI_INVAL;
}

void timer_stop(struct timer *timer)
{
    uint32_t now;

    if (!timer->running) {
        return;
    }
    unlink_timer(timer);
    now = alarm_now();
    advance_all(now);
    (void)arm(now);
}

static void note(void *context)
{
    *(bool *)context = true;
}

void timer_wait_ms(uint32_t ms)
{
    struct timer timer = {0};
    bool passed = false;

    if (timer_start(&timer, ms, note, &passed) == ABI_OK) {
        while (!passed) {
            syscall_yield_wait();
        }
    }
}
