// SPDX-License-Identifier: Apache-2.0
/* The floating-point registers of the process. */
#ifndef CONFORMANCE_FLOATING_H
#define CONFORMANCE_FLOATING_H

#include <stdint.h>

enum { FLOATING_WORDS = 33 }; /* s0 to s31, FPSCR */

/* floating.S */
void floating_put(const uint32_t value[FLOATING_WORDS]);
void floating_get(uint32_t value[FLOATING_WORDS]);

/** Gives every register a value that depends on the seed. */
void floating_fill(uint32_t seed);
/** How many registers do not have the value that floating_fill() gave them. */
uint32_t floating_differences(uint32_t seed);

#endif
