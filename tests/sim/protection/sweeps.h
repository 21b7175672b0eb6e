// SPDX-License-Identifier: Apache-2.0
/* The sweeps of the isolation test. Each prints its bounds and its number of cases. */
#ifndef SWEEPS_H
#define SWEEPS_H

#include <stdbool.h>

/** What the planner answers for ranges in a window, in steps of 4 bytes, and at the ends of memory.
 */
void sweep_ranges(bool wide);
/** Flash objects of all sizes at all pages. */
void sweep_flash(bool wide);
/** What apps ask for: every block can hold it and what the kernel keeps. */
void sweep_needs(bool wide);
/** Every shape of block, at every alignment, with every break. */
void sweep_breaks(bool wide);
/** Every size of a grant between every two breaks. */
void sweep_grants(bool wide);
/** Every buffer in a block: the break does not fall below it. */
void sweep_buffers(bool wide);
/** Blocks of different sizes beside each other, found and asked for. */
void sweep_places(bool wide);
/** Memory of one process opened to another, at every place and of every length. */
void sweep_windows(bool wide);
/** The IPC capsule: every order of a few events between two processes. */
void sweep_ipc(bool wide);
/** Every order of a few events in the lives of two processes. */
void sweep_lives(bool wide);

#endif
