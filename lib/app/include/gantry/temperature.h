// SPDX-License-Identifier: Apache-2.0
/* The thermometer. Every function answers ABI_NODEVICE on a board without one. */
#ifndef GANTRY_TEMPERATURE_H
#define GANTRY_TEMPERATURE_H

#include <gantry/syscall.h>

/**
 * Reads the temperature and waits for it.
 * @param hundredths  receives hundredths of a degree Celsius; not NULL
 * @return ABI_OK; ABI_FAIL when the reading failed; ABI_NODEVICE
 */
enum abi_error temperature_read(int32_t *hundredths);

/**
 * Sets who hears of readings while the app yields: function(hundredths, 0, 0, userdata), a signed
 * number, INT32_MIN for a reading that failed.
 */
enum abi_error temperature_listen(upcall_function *function, void *userdata);
/** Starts a reading; ABI_BUSY when the app waits for one already. */
enum abi_error temperature_start(void);

#endif
