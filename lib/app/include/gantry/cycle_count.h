// SPDX-License-Identifier: Apache-2.0
/*
 * A counter of processor cycles that belongs to the app: others neither see nor disturb it. It
 * counts whatever the processor does, other apps and sleep included.
 */
#ifndef GANTRY_CYCLE_COUNT_H
#define GANTRY_CYCLE_COUNT_H

#include <gantry/syscall.h>

/** Lets the counter run on from where it stands; ABI_NODEVICE when the board has none. */
enum abi_error cycle_count_start(void);
/** Stops it where it stands. */
enum abi_error cycle_count_stop(void);
/** Stops it, and sets it to 0. */
enum abi_error cycle_count_reset(void);
/** Where it stands; 0 when the board has none. */
uint64_t cycle_count_read(void);

#endif
