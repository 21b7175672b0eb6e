// SPDX-License-Identifier: Apache-2.0
/*
 * Several serial lines as one, for the protocol service of a board that has USB besides its UART.
 * The flash protocol and the console are on one line at a time: that whose host spoke last. While
 * it has a session, whoever asks on another line hears BUSY at once; without one, what comes in on
 * the others waits until the line has been silent for a moment. Kernel loop only.
 */
#ifndef KERNEL_LINES_H
#define KERNEL_LINES_H

#include <hil/serial.h>
#include <stdbool.h>

enum { LINES_MAX = 3 };

/**
 * Names the lines. Once, by the board's serial line in its open().
 * @param lines       which ones; they outlive the kernel
 * @param line_count  1 to LINES_MAX
 */
void lines_init(const struct hil_serial *const *lines, uint8_t line_count);

/** Opens all of them; as hil_serial. Returns what the first one says. */
int lines_open(const struct hil_serial *serial, uint32_t rate,
               const struct hil_serial_client *client);
/** Whether lines_open() has been called. */
bool lines_are_open(void);
/** Sets the first line's rate, while it is the active one; its usual rate at any time. Answers as
 * open of hil_serial. */
int lines_rate(uint32_t rate);
/** What the active line has received; as hil_serial. */
size_t lines_read(const struct hil_serial *serial, uint8_t *data, size_t capacity);
/** Sends on the active line; as hil_serial. */
size_t lines_write(const struct hil_serial *serial, const uint8_t *data, size_t length);
/** Of the active line; as hil_serial. */
size_t lines_pending(const struct hil_serial *serial);
/** Of the active line; as hil_serial. */
uint32_t lines_overruns(const struct hil_serial *serial);

#endif
