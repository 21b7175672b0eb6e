// SPDX-License-Identifier: Apache-2.0
/* The kernel's lines as one: serial line, vendor interface and serial port on USB (kernel/lines.h).
 */
#ifndef BOARDS_KERNEL_LINES_H
#define BOARDS_KERNEL_LINES_H

#include <hil/serial.h>

/** All of them as one: struct service_config's line. */
extern const struct hil_serial kernel_lines;

#endif
