// SPDX-License-Identifier: Apache-2.0
/*
 * Read-only state: driver 0x9. What the kernel writes into memory of the app before each switch to
 * it; reading it takes no system call.
 */
#ifndef GANTRY_STATE_H
#define GANTRY_STATE_H

#include <gantry/syscall.h>

GANTRY_C_BEGIN

/** What was so when the kernel last switched to the app. */
struct state {
    uint32_t switches; /* how often it did since state_open() */
    uint32_t upcalls;  /* that wait for the app to yield */
    uint64_t ticks;    /* of the alarm's counter, which these 64 bits do not let wrap */
};

/**
 * Has the kernel write the state from now on.
 * @return ABI_OK; ABI_NODEVICE when the board does not have the driver; ABI_NOMEM
 */
enum abi_error state_open(void);
/** Reads the state, all of one moment; zeros before state_open(). Any context. */
struct state state_read(void);

GANTRY_C_END

#endif
