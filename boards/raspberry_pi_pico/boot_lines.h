// SPDX-License-Identifier: Apache-2.0
/* The lines of this bootloader: the UART, and on USB a serial port and the vendor interface. */
#ifndef RASPBERRY_PI_PICO_BOOT_LINES_H
#define RASPBERRY_PI_PICO_BOOT_LINES_H

#include <bootloader/bootloader.h>
#include <chips/rp2040_flash.h>

#define BOOT_LINES 3

extern const struct boot_transport boot_lines[BOOT_LINES];

/** Sets their drivers up; the flash's number becomes the device's on USB. */
void boot_lines_init(const struct rp2040_flash *flash);
/** For struct boot_config. */
bool boot_lines_poll(void);
/** Takes the board off the bus, before it restarts. */
void boot_lines_close(void);

#endif
