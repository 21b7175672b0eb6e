// SPDX-License-Identifier: Apache-2.0
/* What is said when an app does not fit. */
#ifndef DEVICE_ROOM_H
#define DEVICE_ROOM_H

#include "map.h"

/**
 * Reports that an app does not fit, with all numbers and the command that makes room.
 * @param fixed     where it has to begin, or STORE_NONE
 * @param replaces  the app that it updates, or STORE_NONE
 * @return EXIT_SPACE, or why the device could not be asked
 */
int room_fail(struct device *device, const struct device_map *map, const char *path, uint32_t size,
              uint32_t fixed, uint32_t replaces);

#endif
