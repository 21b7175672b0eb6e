// SPDX-License-Identifier: Apache-2.0
/*
 * Time: driver 0x0. The counter has 32 bits and wraps; all of this is right across the wrap.
 *
 * A process has one alarm. Sleeping and alarm_set() share it: what was set while the app sleeps, or
 * before, is called when the app yields behind. For more than one see <gantry/timer.h>.
 */
#ifndef GANTRY_ALARM_H
#define GANTRY_ALARM_H

#include <stdint.h>

#include <gantry/syscall.h>

GANTRY_C_BEGIN

/** The longest time, in counts, that one alarm is set for: half of what the counter can express. */
#define ALARM_LONGEST 0x80000000u

/** Counts per second; 0 when there is no alarm. */
uint32_t alarm_frequency(void);
/** The counter. */
uint32_t alarm_now(void);
/** Converts milliseconds to counts, rounded up; more than 2^32 - 1 counts are cut there. */
uint32_t alarm_from_ms(uint32_t ms);
/** Waits, for any number of milliseconds; no upcalls are run meanwhile. */
void alarm_sleep_ms(uint32_t ms);
/**
 * Waits until reference + delta, a moment that may have passed already. Calling it with the
 * previous moment as reference gives a period without drift. No upcalls are run meanwhile.
 * @return that moment, the reference of the next call
 */
uint32_t alarm_sleep_until(uint32_t reference, uint32_t delta);
/**
 * Has function(now, reference + delta, 0, userdata) called while the app yields, when delta has
 * passed since reference. Replaces what was set before.
 * @param function  not NULL; called once
 * @return ABI_OK; ABI_INVAL without a function; ABI_NODEVICE, ABI_NOMEM from the kernel
 */
enum abi_error alarm_set(uint32_t reference, uint32_t delta, upcall_function *function,
                         void *userdata);
/** Takes back alarm_set(), whose function is not called any more; ABI_ALREADY when nothing was set.
 */
enum abi_error alarm_stop(void);

GANTRY_C_END

#endif
