// SPDX-License-Identifier: Apache-2.0
/* The parts of the app `conformance`, in the order in which they run. */
#ifndef CONFORMANCE_SUITE_H
#define CONFORMANCE_SUITE_H

/** Registers at the first instruction, memops, break. First: later parts share buffers. */
void check_memory(void);
/** Subscribe, command, allow, exit. */
void check_calls(void);
/** Yields and upcalls. */
void check_yields(void);
/** Operations that change under way. */
void check_midway(void);
/** Every argument at the edges of everything. */
void check_sweeps(void);
/** Many calls under interrupts. */
void check_storm(void);

#endif
