// SPDX-License-Identifier: Apache-2.0
/* From selectors to open file descriptors. */
#ifndef POSIX_CONNECT_H
#define POSIX_CONNECT_H

#include "line.h"

/** Connects to a Unix socket; -1 when nobody listens there. */
int connect_unix(const char *path);
/** Connects as a selector says; fills in fd and port. Reports errors. */
int connect_selector(struct cli *cli, const char *selector, struct line *line);
/** What a selector names, whatever the rate and by whichever link: the same for the same port. */
void connect_identity(const char *selector, char *identity, size_t size);
/**
 * Chooses a device when none was named: a running emulated board, a USB serial port.
 * @param selector  receives the choice, size bytes
 */
int connect_choose(struct cli *cli, char *selector, size_t size);

#endif
