// SPDX-License-Identifier: Apache-2.0
/* From selectors to open lines. */
#ifndef POSIX_CONNECT_H
#define POSIX_CONNECT_H

#include "line.h"

enum { CONNECT_LIST_SIZE = 8192 }; /* room for the selectors of all devices */

/** Connects to a Unix socket; -1 when nobody listens there. */
int connect_unix(const char *path);
/** Connects as a selector says; fills in fd, port, usb and twin. Reports errors. */
int connect_selector(struct cli *cli, const char *selector, struct line *line);
/** Connects to line->name once more, or to where that device is now. Reports errors. */
int connect_again(struct cli *cli, struct line *line);
/** What a selector names, whatever the rate and by whichever link: the same for the same port. */
void connect_identity(const char *selector, char *identity, size_t size);
/**
 * Chooses a device when none was named: one on USB, a USB serial port, a running emulated board.
 * @param selector  receives the choice, size bytes
 */
int connect_choose(struct cli *cli, char *selector, size_t size);
/** The selectors of all devices that could be chosen, with spaces between them. */
void connect_list(char *list, size_t size);
/** The same of those that are known to be Gantry's without asking: a serial port may be anything.
 */
void connect_list_known(char *list, size_t size);

/** Opens a serial port: PATH[:RATE]. Fills in fd, port and twin. Reports errors. */
int connect_serial(struct cli *cli, const char *address, struct line *line);
/**
 * The serial port of a USB device.
 * @param path  receives its name, size bytes
 * @return false when there is none
 */
bool connect_serial_port_of(const struct usb_name *name, char *path, size_t size);

/** Opens a USB device: VID:PID[:SERIAL]. Fills in usb, else fd and port; twin. Reports errors. */
int connect_usb(struct cli *cli, const char *address, struct line *line);
/** The same by name. */
int connect_usb_named(struct cli *cli, const struct usb_name *name, struct line *line);
/** What VID:PID[:SERIAL] names, written with the serial number that the device has. */
void connect_usb_identity(const char *address, char *identity, size_t size);

/** Connects to HOST:PORT; fills in fd. Reports errors. */
int connect_tcp(struct cli *cli, const char *address, struct line *line);
/** Opens a flash image; fills in offline. Reports errors. */
int connect_file(struct cli *cli, const char *path, struct line *line);
/** Connects to a GDB server at HOST:PORT; fills in offline. Reports errors. */
int connect_gdb(struct cli *cli, const char *address, struct line *line);

#endif
