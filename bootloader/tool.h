// SPDX-License-Identifier: Apache-2.0
/*
 * What Tock's host tool reaches of this board: it reads the app region, the kernel's attributes and
 * the flags; it writes the app region, where the board allows that, and the sixteen attributes.
 * docs/tockloader.md.
 */
#ifndef BOOT_TOOL_H
#define BOOT_TOOL_H

#include <bootloader/bootloader.h>

/** Sets up boot_line, if the board has it. @param payload  as in line_init() */
void tool_init(const struct boot_config *config, uint8_t *payload);
/** Whether a host that speaks Tock's protocol has a line. */
bool tool_is_there(void);

#endif
