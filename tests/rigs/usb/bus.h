// SPDX-License-Identifier: Apache-2.0
/*
 * A USB bus with devices behind Unix sockets (usbredir), shown to this process's children as Linux
 * would: sysfs, /dev/bus/usb, /dev/ttyACM*. The programs are unmodified; umockdev-wrapper, under
 * which the process runs, has their system calls answered from here.
 *
 * A device that is unplugged and plugged in again gets a new number and a new tty.
 */
#ifndef RIG_BUS_H
#define RIG_BUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { BUS_PORTS = 4 };

/** Begins with a bus without devices. */
void bus_setup(void);
/** Follows the device behind a socket on a port of the bus, for good. */
void bus_add(size_t port, const char *path);
/** Waits until programs see the device of a port, or see it no more; false when that takes long. */
bool bus_wait(size_t port, bool shown);
/** How often programs have been shown a device of a port. */
unsigned bus_shown(size_t port);
/** Lets everybody open the device's node, or nobody (but root). */
void bus_permit(size_t port, bool everybody);
/** When it is plugged in next, its configuration descriptor shows this byte at this place; 0: as it
 * is. */
void bus_lie(size_t port, size_t offset, uint8_t value);
/** The device's tty, such as "ttyACM0"; "" when it has none. */
const char *bus_tty(size_t port);

#endif
