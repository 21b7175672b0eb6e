// SPDX-License-Identifier: Apache-2.0
/* Frames of a device, spoilt as a plan says. */
#ifndef CLI_SPOIL_H
#define CLI_SPOIL_H

#include <link/frame.h>

#include "model.h"

/** Whether a device that misbehaves so sends no frames any more. */
bool spoil_stops(enum model_how how);
/**
 * Encodes the frame that the decoder has found, spoilt when the plan says so.
 * @param plan  NULL: as it is
 * @return bytes in out
 */
size_t spoil_frame(struct model_plan *plan, const struct link_decoder *found, uint8_t *out,
                   size_t room);

#endif
