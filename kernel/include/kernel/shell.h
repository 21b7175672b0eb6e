// SPDX-License-Identifier: Apache-2.0
/*
 * The text shell: Tock's process console, on the serial line while no session is open. Whoever
 * reaches the line may stop apps and the system with it, without a word of who they are, so boards
 * leave it out unless they are told otherwise. loader-cli ps, pause, fault ... do the same over the
 * protocol.
 *
 * Kernel loop only. A board that has it puts these into its struct service_config in place of
 * console_typed() and console_ready().
 */
#ifndef KERNEL_SHELL_H
#define KERNEL_SHELL_H

#include <stdint.h>

/** A byte was typed. After `console-stop` they go to the apps, until `console-start`. */
void shell_typed(uint8_t byte);
/** The line has room again: apps have it first. */
void shell_ready(void);

#endif
