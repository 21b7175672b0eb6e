// SPDX-License-Identifier: Apache-2.0
/*
 * The kernel's lines as one. The flash protocol and the console are on one line at a time: that
 * whose host spoke last. While a host speaks, the others' bytes wait, on USB in the host; when it
 * has been silent for a while, whoever speaks next has the line.
 */
#ifndef BOARDS_KERNEL_LINES_H
#define BOARDS_KERNEL_LINES_H

#include <hil/serial.h>

/** All of them as one: struct service_config's line. */
extern const struct hil_serial kernel_lines;

#endif
