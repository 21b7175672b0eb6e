// SPDX-License-Identifier: Apache-2.0
#include "room.h"

#include <stdio.h>

#include <base/checked.h>

enum { COMMAND_SIZE = 640 };

/* Whether a place would be found if the moves of `compact` were made; with the gap there would be.
 */
static bool compacting_helps(const struct device_map *map, uint32_t size, uint32_t fixed,
                             struct plan *plan)
{
    struct plan_map then = map->map;
    struct store_place place;

    plan_compact(&map->map, plan);
    for (size_t i = 0; i < plan->count; i++) {
        if (!plan_apply(&then, &plan->move[i])) {
            return false;
        }
    }
    return plan->count != 0 && plan_place(&then, size, fixed, &place, NULL) == 0;
}

static bool removing_helps(const struct device_map *map, uint32_t size, uint32_t fixed,
                           uint32_t replaces)
{
    struct plan_map then = map->map;
    struct store_place place;

    return replaces != STORE_NONE && plan_remove(&then, replaces) &&
           plan_place(&then, size, fixed, &place, NULL) == 0;
}

/* The next command: that which costs least. */
static const char *advice(const struct device *device, const struct device_map *map, uint32_t size,
                          uint32_t fixed, uint32_t replaces, char *text, size_t room)
{
    char command[COMMAND_SIZE];
    struct plan plan;

    if (compacting_helps(map, size, fixed, &plan)) {
        snprintf(text, room, "%s  makes a gap of %s%u bytes: %zu move%s, %u bytes to copy",
                 device_compact_command(device, command, sizeof command),
                 map->certain ? "" : "at most ", plan.after.largest, plan.count,
                 plan.count == 1 ? "" : "s", plan.bytes);
    } else if (removing_helps(map, size, fixed, replaces)) {
        snprintf(text, room,
                 "--in-place removes the old version first (not safe against power cuts)");
    } else {
        snprintf(text, room, "make room: loader-cli list, then loader-cli remove NAME");
    }
    return text;
}

/* What lies where an app is linked for; NULL: nothing, or it is not linked for a place. */
static const struct plan_app *who_is_at(const struct plan_map *map, uint32_t fixed, uint32_t size)
{
    for (size_t i = 0; i < map->count && fixed != STORE_NONE; i++) {
        const struct plan_app *app = &map->app[i];

        if (ck_ranges_overlap(fixed, size, app->address, app->space)) {
            return app;
        }
    }
    return NULL;
}

int room_fail(struct device *device, const struct device_map *map, const char *path, uint32_t size,
              uint32_t fixed, uint32_t replaces)
{
    char hint[COMMAND_SIZE + 128];
    const struct plan_app *other = who_is_at(&map->map, fixed, size);
    struct store_place place;
    struct store_space space = {.needed = size};
    struct plan_room room;

    plan_measure(&map->map, &room);
    (void)plan_place(&map->map, size, fixed, &place, &space);
    (void)advice(device, map, size, fixed, replaces, hint, sizeof hint);
    if (other != NULL) {
        return cli_fail(device->cli, EXIT_SPACE, hint,
                        "%s is linked for flash from 0x%08x on and needs %u bytes there: the app "
                        "at 0x%08x has some of them",
                        path, fixed, space.needed, other->address);
    }
    return cli_fail(device->cli, EXIT_SPACE, hint,
                    "%s needs %u bytes of flash, the largest free gap has %u%s (%u are free in %u "
                    "gap%s)",
                    path, space.needed, room.largest,
                    room.largest >= space.needed ? ", where memory protection cannot cover it" : "",
                    room.free, room.gaps, room.gaps == 1 ? "" : "s");
}
