// SPDX-License-Identifier: Apache-2.0
/*
 * Cycles of the MPS2 boards' processor: CMSDK timer 1, at its clock (CMSDK technical reference
 * manual, 4.2). The emulated processor has no cycle counter of its own.
 */
#ifndef CHIPS_MPS2_CYCLES_H
#define CHIPS_MPS2_CYCLES_H

#include <hil/cycle_counter.h>

extern const struct hil_cycle_counter mps2_cycles;

#endif
