// SPDX-License-Identifier: Apache-2.0
/*
 * Any number of timers over the one alarm of the process. Their functions are called while the app
 * yields, as upcalls are: one after the other, never in the middle of something else.
 *
 * Timers use alarm_set() of <gantry/alarm.h>; an app that uses them must not call it itself.
 */
#ifndef GANTRY_TIMER_H
#define GANTRY_TIMER_H

#include <stdbool.h>
#include <stdint.h>

#include <gantry/syscall.h>

GANTRY_C_BEGIN

/** What a timer calls. It may start and stop timers, also its own, and end a timer's memory. */
typedef void timer_function(void *context);

/** A timer: memory of the caller's, zero before the first use, in place for as long as it runs. */
struct timer {
    struct timer *next; /* of those that run; the library's, as all of this */
    uint64_t left;      /* counts from reference on */
    uint64_t period;    /* 0: it runs once */
    uint32_t reference;
    bool running;
    timer_function *function;
    void *context;
};

/**
 * Starts a timer that runs once; one that runs already starts anew.
 * @param ms        0 calls the function at the next yield
 * @param function  not NULL
 * @return ABI_OK; ABI_INVAL without a function; what alarm_set() answers
 */
enum abi_error timer_start(struct timer *timer, uint32_t ms, timer_function *function,
                           void *context);
/**
 * Starts a timer that runs every `ms` milliseconds. The period does not drift, however late a
 * function is called; periods that the app has missed altogether are left out.
 * @param ms  at least 1, else ABI_INVAL
 * @return as timer_start()
 */
enum abi_error timer_start_periodic(struct timer *timer, uint32_t ms, timer_function *function,
                                    void *context);
/** Stops a timer: its function is not called any more. Nothing when it does not run. */
void timer_stop(struct timer *timer);
/** Whether a timer will still call its function. */
static inline bool timer_is_running(const struct timer *timer)
{
    return timer->running;
}
/** Waits `ms` milliseconds while upcalls and timers run: sleeping for apps that have those. */
void timer_wait_ms(uint32_t ms);

GANTRY_C_END

#endif
