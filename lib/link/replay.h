// SPDX-License-Identifier: Apache-2.0
/* The ring of console output that waits for a session: records of process id, length, text. */
#ifndef LINK_REPLAY_H
#define LINK_REPLAY_H

#include <link/device.h>

/** Whether a record of length bytes fits without pushing another out. */
bool link_replay_fits(const struct link_device *device, size_t length);
/** Adds a record, pushing out the oldest as far as needed; what is pushed out is counted. */
void link_replay_add(struct link_device *device, uint32_t process, const uint8_t *data,
                     size_t length);
/** Takes the oldest record; text has room for LINK_CONSOLE_MAX. Answers its length, 0: none. */
size_t link_replay_take(struct link_device *device, uint32_t *process, uint8_t *text);

#endif
