// SPDX-License-Identifier: Apache-2.0
/* Time. The counter has 32 bits and wraps; all of this is right across the wrap. */
#ifndef GANTRY_ALARM_H
#define GANTRY_ALARM_H

#include <stdint.h>

#include <gantry/syscall.h>

GANTRY_C_BEGIN

/** Counts per second. */
uint32_t alarm_frequency(void);
/** The counter. */
uint32_t alarm_now(void);
/** Converts milliseconds to counts, rounded up; more than 2^32 - 1 counts are cut there. */
uint32_t alarm_from_ms(uint32_t ms);
/** Waits; other upcalls are not run meanwhile. */
void alarm_sleep_ms(uint32_t ms);
/**
 * Waits until reference + delta, a moment that may have passed already. Calling it with the
 * previous moment as reference gives a period without drift.
 * @return that moment, the reference of the next call
 */
uint32_t alarm_sleep_until(uint32_t reference, uint32_t delta);
/** Has function called while the app yields, when delta has passed since reference. One at a time.
 */
enum abi_error alarm_set(uint32_t reference, uint32_t delta, upcall_function *function,
                         void *userdata);
/** Takes back alarm_set(); ABI_ALREADY when nothing was set. */
enum abi_error alarm_stop(void);

GANTRY_C_END

#endif
