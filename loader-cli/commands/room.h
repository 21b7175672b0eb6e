// SPDX-License-Identifier: Apache-2.0
/* What list, info, install and compact say about flash: what is free, wasted, and to be had back.
 */
#ifndef COMMANDS_ROOM_H
#define COMMANDS_ROOM_H

#include <tbf/header.h>

#include "../cli/cli.h"
#include "../device/map.h"
#include "../device/room.h"

/**
 * Says what of the flash is free, what is wasted, and what `compact` would give back; "room" in the
 * JSON. Nothing when the list does not tell.
 */
void room_say(const struct device *device, const struct device_map *map);
/** The same of a device, after device_list(). @return an exit code; reported */
int room_show(struct device *device);
/** A plan's two ends and its moves, for JSON. */
json_t *room_of_plan(const struct plan *plan);

#endif
