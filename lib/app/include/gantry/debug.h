// SPDX-License-Identifier: Apache-2.0
/*
 * Low-level debug: driver 0x8. A line on the console per call, without buffers or waiting, so that
 * it works where nothing else does: in start-up code, in upcalls, without memory. What the console
 * has no room for is counted and reported as dropped.
 */
#ifndef GANTRY_DEBUG_H
#define GANTRY_DEBUG_H

#include <gantry/syscall.h>

GANTRY_C_BEGIN

/** Writes the process's identifier and a code; 1 reads "panic", 2 "wrong location". */
void debug_alert(uint32_t code);
/** Writes the process's identifier and a number, in hexadecimal. */
void debug_print(uint32_t value);
/** As debug_print(), with two numbers. */
void debug_print_two(uint32_t value0, uint32_t value1);

GANTRY_C_END

#endif
