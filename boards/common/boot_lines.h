// SPDX-License-Identifier: Apache-2.0
/* The lines of a bootloader: the UART (boot_serial.c), or USB as well (boot_usb.c). */
#ifndef BOARDS_BOOT_LINES_H
#define BOARDS_BOOT_LINES_H

#include <bootloader/bootloader.h>

/** How many there are; the build says so. */
#ifndef BOOT_LINES
#define BOOT_LINES 1
#endif

extern const struct boot_transport boot_lines[BOOT_LINES];

#if BOOT_LINES > 1
/** Sets the drivers of those on USB up; after boot_devices_init(). */
void boot_lines_init(void);
/** For struct boot_config. */
bool boot_lines_poll(void);
/** Takes the board off the bus, before it restarts. */
void boot_lines_close(void);
#define BOOT_LISTEN transport_listen
#else
static inline void boot_lines_init(void)
{
}
static inline void boot_lines_close(void)
{
}
#define boot_lines_poll NULL
#define BOOT_LISTEN     NULL
#endif

#endif
