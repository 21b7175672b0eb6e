// SPDX-License-Identifier: Apache-2.0
/* Where the apps of a device lie, as the planner wants it. */
#ifndef DEVICE_MAP_H
#define DEVICE_MAP_H

#include "../plan/plan.h"
#include "device.h"

/** Must stay where it is: it points into itself. */
struct device_map {
    struct board board;
    struct plan_map map;
    bool known;   /* pages, rules and list agree with the device's own figures */
    bool certain; /* which apps have to stay is known; a device that runs does not say it */
};

/**
 * Fills it in from the list that was read (device_list()). Nothing is known of a device whose board
 * is neither built in nor described by --board, or whose own figures are others.
 * @param whole  of flash that is reached without the device: read the apps, to know whether copies
 *               of them would verify
 * @return an exit code; reported
 */
int device_map(struct device *device, bool whole, struct device_map *map);

/**
 * How to compact this device, as a command to be typed: while it runs, where its kernel can do it.
 * @return text
 */
const char *device_compact_command(const struct device *device, char *text, size_t size);
/** The same without its kernel: in its image, or through a debug probe. @return text */
const char *device_compact_still_command(const struct device *device, char *text, size_t size);

#endif
