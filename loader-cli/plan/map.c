// SPDX-License-Identifier: Apache-2.0
/* The list, its gaps, and what lib/store says of them. */
#include "plan.h"

#include <string.h>

#include <base/checked.h>
#include <tbf/format.h>

const char *plan_hold_text(enum plan_hold hold)
{
    switch (hold) {
    case PLAN_FIXED:
        return "linked for its address";
    case PLAN_UNKNOWN:
        return "damaged, or not known to the journal";
    case PLAN_WRITTEN:
        return "has written into its own flash";
    case PLAN_WRITER:
        return "may have written into its own flash, which its package does not have";
    case PLAN_MISSING:
        return "its package is not among those given";
    case PLAN_CROWDED:
        return "has no process, and there is no room for one";
    case PLAN_MOVABLE:
    default:
        return "";
    }
}

bool plan_add(struct plan_map *map, const struct plan_app *app)
{
    const struct store_extent *region = &map->region;
    size_t at = 0;

    if (map->count == PLAN_APPS_MAX || app->space == 0 ||
        !ck_range_in(app->address, app->space, region->address, region->address + region->size)) {
        return false;
    }
    for (size_t i = 0; i < map->count; i++) {
        const struct plan_app *other = &map->app[i];

        if (ck_ranges_overlap(app->address, app->space, other->address, other->space)) {
            return false;
        }
        at += other->address < app->address ? 1 : 0;
    }
    memmove(&map->app[at + 1], &map->app[at], (map->count - at) * sizeof map->app[0]);
    map->app[at] = *app;
    map->count++;
    return true;
}

const struct plan_app *plan_find(const struct plan_map *map, uint32_t address)
{
    for (size_t i = 0; i < map->count; i++) {
        if (map->app[i].address == address) {
            return &map->app[i];
        }
    }
    return NULL;
}

bool plan_remove(struct plan_map *map, uint32_t address)
{
    const struct plan_app *app = plan_find(map, address);

    if (app == NULL) {
        return false;
    }
    map->count--;
    memmove(&map->app[app - map->app], app + 1,
            (map->count - (size_t)(app - map->app)) * sizeof map->app[0]);
    return true;
}

/* What the two functions of the store need; it points into the map and itself. */
struct model {
    struct hil_flash flash;
    struct store_config config;
    struct store store;
};

static int model_make(struct model *model, const struct plan_map *map)
{
    struct store_extent extent[PLAN_APPS_MAX];

    model->flash = (struct hil_flash){.geometry = map->geometry};
    model->config = (struct store_config){.flash = &model->flash, .apps = map->region};
    for (size_t i = 0; i < map->count; i++) {
        extent[i] = (struct store_extent){map->app[i].address, map->app[i].space};
    }
    return store_model(&model->store, &model->config, extent, (uint32_t)map->count);
}

int plan_place(const struct plan_map *map, uint32_t size, uint32_t fixed, struct store_place *place,
               struct store_space *space)
{
    struct model model;
    int error = model_make(&model, map);

    return error != 0 ? error : store_place(&model.store, size, fixed, map->rules, place, space);
}

/* Adds the gap between two addresses: what of it is whole pages, and what is not. */
static void measure_gap(const struct plan_map *map, uint32_t start, uint32_t end,
                        struct plan_room *room)
{
    struct plan_map alone = *map;
    struct store_space space = {.free = 0};
    struct model model;

    if (start == end) {
        return;
    }
    alone.region = (struct store_extent){start, end - start};
    alone.count = 0;
    if (model_make(&model, &alone) == 0) {
        store_free_space(&model.store, &space);
    }
    room->free += space.free;
    room->gaps += space.free != 0 ? 1 : 0;
    room->largest = ck_max(room->largest, space.free);
    room->slivers += end - start - space.free;
}

void plan_measure(const struct plan_map *map, struct plan_room *room)
{
    uint32_t at = map->region.address;

    *room = (struct plan_room){.free = 0};
    for (size_t i = 0; i < map->count; i++) {
        const struct plan_app *app = &map->app[i];

        measure_gap(map, at, app->address, room);
        at = app->address + app->space;
        room->rounding += app->size != 0 && app->size < app->space ? app->space - app->size : 0;
    }
    measure_gap(map, at, map->region.address + map->region.size, room);
}

static bool begins_page(const struct plan_map *map, uint32_t address)
{
    uint32_t start;
    uint32_t size;

    return hil_flash_page(map->geometry, address, &start, &size) == 0 && start == address;
}

static bool is_free(const struct plan_map *map, uint32_t address, uint32_t space)
{
    for (size_t i = 0; i < map->count; i++) {
        if (ck_ranges_overlap(address, space, map->app[i].address, map->app[i].space)) {
            return false;
        }
    }
    return true;
}

bool plan_apply(struct plan_map *map, const struct plan_move *move)
{
    const struct plan_app *app = plan_find(map, move->from);
    const struct store_extent *region = &map->region;
    struct plan_app moved;

    if (app == NULL || app->hold != PLAN_MOVABLE || app->size != move->size ||
        move->size > move->space ||
        (move->size != move->space && move->space - move->size < TBF_BASE_SIZE) ||
        !ck_range_in(move->to, move->space, region->address, region->address + region->size) ||
        !begins_page(map, move->to) ||
        (move->to + move->space != region->address + region->size &&
         !begins_page(map, move->to + move->space)) ||
        !is_free(map, move->to, move->space) ||
        (map->rules != NULL && !map->rules->fits(map->rules->context, move->to, move->space))) {
        return false;
    }
    moved = *app;
    moved.address = move->to;
    moved.space = move->space;
    return plan_remove(map, move->from) && plan_add(map, &moved);
}
