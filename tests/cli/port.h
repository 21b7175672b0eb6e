// SPDX-License-Identifier: Apache-2.0
/*
 * Emulated USB serial ports: umockdev shows them to the tool, libserialport included, where the
 * real ones would be. Programs that use this run under umockdev-wrapper.
 */
#ifndef CLI_PORT_H
#define CLI_PORT_H

#include <stdbool.h>

/** Begins an emulated system without any port. */
void port_setup(void);
/** Plugs a port in: /dev/ttyACM<number>. Answers the file of the device's side. */
int port_add(int number);
/** Lets everybody use a port, or nobody. */
void port_permit(int number, bool everybody);
/** The line rate that the tool has set; 0: an odd one. */
unsigned port_rate(int file);

#endif
