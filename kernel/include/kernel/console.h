// SPDX-License-Identifier: Apache-2.0
/*
 * The console capsule and the line that it writes to. The line belongs to the protocol service,
 * which knows whether to send plain text or frames. Kernel loop only.
 */
#ifndef KERNEL_CONSOLE_H
#define KERNEL_CONSOLE_H

#include <stddef.h>
#include <stdint.h>

#include <kernel/driver.h>

/** Where console output goes. */
struct console_line {
    /**
     * Takes output of a process.
     * @return bytes taken, 0 when there is no room now; console_ready() is called when there is
     * again
     */
    size_t (*write)(struct process_id process, const uint8_t *data, size_t length);
};

/** Device: struct console_line. */
extern const struct driver console_driver;

/** The line has room again. */
void console_ready(void);
/**
 * Input for a process, which gets it when all that it asked for is there.
 * @return bytes taken; 0 when it is not reading
 */
size_t console_input(struct process *process, const uint8_t *data, size_t length);
/** Input for whoever reads; a few bytes are kept while nobody does. */
void console_typed(uint8_t byte);

#endif
