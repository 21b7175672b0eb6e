// SPDX-License-Identifier: Apache-2.0
/* compact on a device that runs: what of it is different there. */
#ifndef COMMANDS_COMPACT_LIVE_H
#define COMMANDS_COMPACT_LIVE_H

#include "../device/map.h"
#include "../device/packages.h"

/**
 * Whether the device's kernel moves apps, and the packages were given that it needs for that.
 * @return EXIT_DONE, or why not; reported
 */
int live_check(struct device *device, bool packages_given);
/**
 * Finds the packages, and which apps can be moved with them.
 * @param map  of the list that was read: receives which apps stay
 */
int live_prepare(struct device *device, char *const *from, struct device_packages *packages,
                 struct device_map *map);
/**
 * Before a move: that the device has the list that was planned with, and that its own way to find
 * places leads to the one that is planned.
 * @param map  as it has to be now
 */
int live_check_move(struct device *device, const struct plan_map *map,
                    const struct plan_move *move);
/** Moves one app. */
int live_move(struct device *device, const struct device_packages *packages,
              const struct plan_move *move);

#endif
