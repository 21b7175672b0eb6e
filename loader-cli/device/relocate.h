// SPDX-License-Identifier: Apache-2.0
/* Moving an app of a device that runs: its object is sent again, and put beside itself. */
#ifndef DEVICE_RELOCATE_H
#define DEVICE_RELOCATE_H

#include "packages.h"

/** Whether the device's kernel can do it. */
bool relocate_is_known(const struct device *device);

/**
 * Moves an app. It starts anew at its new place, if it is enabled; others run on. Until the device
 * has committed it, it is at its old place and runs.
 * @param name     what messages call it
 * @param package  its own; it may move (packages_hold())
 * @param to       where, free
 * @return an exit code, reported
 */
int relocate(struct device *device, const char *name, const struct device_package *package,
             uint32_t to);

#endif
