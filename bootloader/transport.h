// SPDX-License-Identifier: Apache-2.0
/*
 * The lines over which a host may come: one protocol engine serves whichever line speaks. There is
 * one session across all of them; a host on another line hears BUSY.
 */
#ifndef BOOT_TRANSPORT_H
#define BOOT_TRANSPORT_H

#include <bootloader/bootloader.h>
#include <link/device.h>

/** Opens all lines of the board; the engine is at the first. */
void transport_open(const struct boot_config *config, struct link_device *link);

/* For struct link_device_config: the line where the engine is. */
size_t transport_read(void *context, uint8_t *data, size_t capacity);
size_t transport_write(void *context, const uint8_t *data, size_t length);

/** Handles RATE, for the line where the engine is; answers enum link_status. */
uint8_t transport_rate(const uint8_t *arguments, size_t length);
/** Sets the rate that was asked for once the answer is out, and the usual one afterwards. */
void transport_settle(void);

#endif
