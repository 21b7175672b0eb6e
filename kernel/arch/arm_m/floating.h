// SPDX-License-Identifier: Apache-2.0
/*
 * Floating point, switched lazily: the registers belong to one process until another uses them.
 * The unit is off for every other process; its first floating-point instruction faults, and the
 * registers change hands then. The kernel itself has no floating-point code, and the hardware's own
 * stacking of these registers is off, so that frames have one size.
 */
#ifndef ARM_M_FLOATING_H
#define ARM_M_FLOATING_H

#include <stdbool.h>

#include <kernel/arch.h>

/** Off for everybody. */
void floating_init(void);
/** On or off, as it fits the context that runs next. */
void floating_switch(const struct arch_context *context);
/**
 * Called by the fault handler (exceptions.S) with the faulting process's registers in place.
 * @return whether the fault was the use of floating point, and the process can go on with it
 */
bool arch_floating_claim(void);

#endif
