// SPDX-License-Identifier: Apache-2.0
/*
 * Ctrl-C and the signals that end programs. The first asks: everything that waits ends, the device
 * is left as it is, and the tool ends with EXIT_INTERRUPTED. The second ends at once. For the main
 * thread.
 */
#ifndef POSIX_INTERRUPT_H
#define POSIX_INTERRUPT_H

#include <signal.h>
#include <stdbool.h>

/** Set by the handlers that interrupt_catch() installs; without them it stays 0. */
extern volatile sig_atomic_t interrupt_seen;
/** Whether SIGINT, SIGTERM or SIGHUP has come since interrupt_catch(). */
bool interrupted(void);
/** Makes them set interrupted(). A SIGHUP that was ignored before, as nohup(1) does, stays so. */
void interrupt_catch(void);
/**
 * Names the process group that does this program's work: the second interrupt ends it too.
 * @param group  its number; 0: none any more
 */
void interrupt_group(long group);
/** Lets interrupts wait, while something is done that must not be left half done. Each
 *  call needs a release of its own. */
void interrupt_hold(void);
/** Lets those in that have come meanwhile. */
void interrupt_release(void);

#endif
