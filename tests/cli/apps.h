// SPDX-License-Identifier: Apache-2.0
/* The apps of the model device: what its requests do, in memory. */
#ifndef CLI_APPS_H
#define CLI_APPS_H

#include <link/device.h>

#include "model.h"

/** Two apps, one key, no transfer. */
void apps_init(const struct model_plan *plan);
/**
 * Does what a request asks.
 * @param pretend  answers as if, but changes nothing
 */
uint8_t apps_request(struct link_device *device, uint8_t command, const uint8_t *arguments,
                     size_t length, bool pretend, struct link_reply *reply);
/** Stores a block of the transfer. */
uint8_t apps_data(uint32_t offset, const uint8_t *data, size_t length, uint32_t complete);
/** A number that is another one when the apps are others. */
uint32_t apps_state(void);
/** The fields of a fault of the first app. */
size_t apps_fault(uint8_t *fields, size_t room);

#endif
