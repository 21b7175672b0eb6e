// SPDX-License-Identifier: Apache-2.0
/* Transfers of whole objects. */
#ifndef DEVICE_TRANSFER_H
#define DEVICE_TRANSFER_H

#include "device.h"

/**
 * Sends what BEGIN announced and commits it, with progress told; errors are reported as failures of
 * `what`.
 * @param object  size bytes
 * @param begun   BEGIN's answer
 */
int device_transfer(struct device *device, const char *what, const uint8_t *object, uint32_t size,
                    const struct link_begun *begun);

#endif
