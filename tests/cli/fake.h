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
/** Starts a device behind a socket with a name, as that of an emulated board; no selector. */
void fake_start_at(struct fake *fake, const char *path, const uint8_t public_key[64]);
/** Starts a device on the other side of an open file, such as the master of a terminal. */
void fake_start_on(struct fake *fake, int file, const uint8_t public_key[64]);
/** Ends it. */
void fake_stop(struct fake *fake);
/**
 * Tells the device to misbehave once, at a step: from the next connection on. Connections that have
 * not ended yet are waited for.
 */
void fake_arm(const struct fake *fake, uint8_t step, uint32_t offset, enum model_how how);
/**
 * Has something happen once, after a frame of the next connections.
 * @param signal  the one that the tool gets; its process goes to plan->tool once it is known
 */
void fake_cut(const struct fake *fake, uint32_t after, enum model_cut cut, int signal);
/** Waits until all connections have ended. */
void fake_settle(const struct fake *fake);
/** The same for a line without a Gantry device; STRANGER_NONE ends it. */
void fake_estrange(const struct fake *fake, enum model_stranger stranger);
/** Waits until the device misbehaves; false when it does not come to it. */
bool fake_misbehaves(const struct fake *fake);
/** A port of the loopback interface where nobody listens. */
int fake_closed_port(void);

#endif
