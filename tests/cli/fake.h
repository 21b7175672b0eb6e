// SPDX-License-Identifier: Apache-2.0
/* A model device in a process of its own, behind a TCP port of the loopback interface. */
#ifndef CLI_FAKE_H
#define CLI_FAKE_H

#include <sys/types.h>

#include "model.h"

struct fake {
    struct model_plan *plan; /* shared with the device's process */
    char selector[64];
    pid_t pid;
    int file; /* the listening socket, or -1 */
};

/** Starts a device; its plan is all zero but for the key. */
void fake_start(struct fake *fake, const uint8_t public_key[64]);
/** Starts a device on the other side of an open file, such as the master of a terminal. */
void fake_start_on(struct fake *fake, int file, const uint8_t public_key[64]);
/** Ends it. */
void fake_stop(struct fake *fake);
/** A port of the loopback interface where nobody listens. */
int fake_closed_port(void);

#endif
