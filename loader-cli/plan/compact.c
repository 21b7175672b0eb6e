// SPDX-License-Identifier: Apache-2.0
/*
 * Which moves join the free space. Finding the best order is a puzzle without end; three plain
 * ways are tried, each cut off where it has gained all that it gains, and the best is taken:
 *
 *   best move  again and again the one move after which the largest gap is largest
 *   fill       from the last app on, each into the smallest gap below it that holds it
 *   pack       from the first app on, each as low as it can lie; where the new place overlaps the
 *              old one, by a detour through another gap
 *   both       fill, then pack
 */
#include "plan.h"

#include <base/checked.h>

/* A way under way: the list as it is by then, and the moves that led to it. */
struct way {
    struct plan_map map;
    struct plan plan;
};

/* The gap in front of app `index`, or behind the last one; false: it has no bytes. */
static bool gap_at(const struct plan_map *map, size_t index, struct store_extent *gap)
{
    const struct plan_app *before = index > 0 ? &map->app[index - 1] : NULL;
    uint32_t end =
        index < map->count ? map->app[index].address : map->region.address + map->region.size;

    gap->address = before != NULL ? before->address + before->space : map->region.address;
    gap->size = end - gap->address;
    return gap->size != 0;
}

/* The lowest place for an app in one gap. */
static bool lowest_in(const struct plan_map *map, const struct store_extent *gap,
                      const struct plan_app *app, struct plan_move *move)
{
    struct plan_map alone = *map;
    struct store_place place;

    alone.region = *gap;
    alone.count = 0;
    if (gap->size < app->size || plan_place(&alone, app->size, STORE_NONE, &place, NULL) != 0) {
        return false;
    }
    *move = (struct plan_move){app->address, place.address, app->size, place.space};
    return true;
}

static bool take(struct way *way, const struct plan_move *move)
{
    if (way->plan.count == PLAN_MOVES_MAX || !plan_apply(&way->map, move)) {
        return false;
    }
    way->plan.move[way->plan.count++] = *move;
    way->plan.bytes += move->size;
    plan_measure(&way->map, &way->plan.after);
    return true;
}

/* Whether a way that leads to `after` for `bytes` is better than another. */
static bool is_better(const struct plan_room *after, uint32_t bytes, const struct plan_room *than,
                      uint32_t than_bytes)
{
    return after->largest != than->largest ? after->largest > than->largest : bytes < than_bytes;
}

/* The one move after which the largest gap is largest; false: none makes it larger. */
static bool find_best(const struct plan_map *map, const struct plan_room *now,
                      struct plan_move *best)
{
    struct plan_room room = *now;
    bool found = false;

    for (size_t i = 0; i < map->count; i++) {
        for (size_t g = 0; g <= map->count && map->app[i].hold == PLAN_MOVABLE; g++) {
            struct plan_map then = *map;
            struct store_extent gap;
            struct plan_move move;
            struct plan_room after;

            if (!gap_at(map, g, &gap) || !lowest_in(map, &gap, &map->app[i], &move) ||
                !plan_apply(&then, &move)) {
                continue;
            }
            plan_measure(&then, &after);
            if (after.largest > now->largest &&
                (!found || is_better(&after, move.size, &room, best->size))) {
                found = true;
                room = after;
                *best = move;
            }
        }
    }
    return found;
}

static void by_best_move(struct way *way)
{
    struct plan_move move;

    while (find_best(&way->map, &way->plan.after, &move) && take(way, &move)) {
    }
}

/* The smallest gap wholly below an app that holds it. */
static bool find_below(const struct plan_map *map, size_t index, struct plan_move *move)
{
    uint32_t smallest = UINT32_MAX;

    for (size_t g = 0; g <= index; g++) {
        struct store_extent gap;
        struct plan_move there;

        if (gap_at(map, g, &gap) && gap.size < smallest &&
            lowest_in(map, &gap, &map->app[index], &there)) {
            smallest = gap.size;
            *move = there;
        }
    }
    return smallest != UINT32_MAX;
}

static void fill(struct way *way)
{
    size_t index = way->map.count;

    while (index > 0) {
        struct plan_move move;

        index--;
        if (way->map.app[index].hold == PLAN_MOVABLE && find_below(&way->map, index, &move) &&
            take(way, &move)) {
            index++; /* another one may be the last now */
        }
    }
}

/* The lowest place that an app could have if it were not there itself. */
static bool find_lowest(const struct plan_map *map, const struct plan_app *app,
                        struct plan_move *move)
{
    struct plan_map without = *map;

    (void)plan_remove(&without, app->address);
    for (size_t g = 0; g <= without.count; g++) {
        struct store_extent gap;

        if (gap_at(&without, g, &gap) && lowest_in(&without, &gap, app, move)) {
            return move->to < app->address;
        }
    }
    return false;
}

/* A place to wait in, which leaves free where the app goes in the end. */
static bool find_detour(const struct plan_map *map, const struct plan_app *app,
                        const struct plan_move *end, struct plan_move *move)
{
    struct plan_map kept = *map;
    struct plan_app whole = *app;
    struct store_place place;

    /* Its old and its new place as one app. */
    whole.address = end->to;
    whole.space = app->address + app->space - end->to;
    if (!plan_remove(&kept, app->address) || !plan_add(&kept, &whole) ||
        plan_place(&kept, app->size, STORE_NONE, &place, NULL) != 0) {
        return false;
    }
    *move = (struct plan_move){app->address, place.address, app->size, place.space};
    return true;
}

/* Moves one app as low as it can lie. */
static void lower(struct way *way, const struct plan_app *app)
{
    struct plan_move end;
    struct plan_move detour;

    if (app->hold != PLAN_MOVABLE || !find_lowest(&way->map, app, &end)) {
        return;
    }
    if (!ck_ranges_overlap(end.to, end.space, app->address, app->space)) {
        (void)take(way, &end);
    } else if (way->plan.count + 2 <= PLAN_MOVES_MAX &&
               find_detour(&way->map, app, &end, &detour) && take(way, &detour)) {
        end.from = detour.to;
        (void)take(way, &end);
    }
}

static void pack(struct way *way)
{
    struct plan_map start = way->map;

    /* By the order at the start: nobody is moved twice, but for detours. */
    for (size_t i = 0; i < start.count; i++) {
        lower(way, &start.app[i]);
    }
}

static void fill_and_pack(struct way *way)
{
    fill(way);
    pack(way);
}

/* Leaves off the moves behind the one that reached the largest gap. */
static void trim(const struct plan_map *map, struct plan *plan)
{
    struct plan_map at = *map;
    struct plan_room best = plan->before;
    uint32_t bytes = 0;
    uint32_t best_bytes = 0;
    size_t count = 0;

    for (size_t i = 0; i < plan->count; i++) {
        struct plan_room room;

        (void)plan_apply(&at, &plan->move[i]);
        plan_measure(&at, &room);
        bytes += plan->move[i].size;
        if (room.largest > best.largest) {
            best = room;
            best_bytes = bytes;
            count = i + 1;
        }
    }
    plan->count = count;
    plan->bytes = best_bytes;
    plan->after = best;
}

void plan_compact(const struct plan_map *map, struct plan *plan)
{
    static void (*const ways[])(struct way * way) = {by_best_move, fill, pack, fill_and_pack};

    *plan = (struct plan){.count = 0};
    plan_measure(map, &plan->before);
    plan->after = plan->before;
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        struct way way = {.map = *map, .plan = {.before = plan->before, .after = plan->before}};

        ways[i](&way);
        trim(map, &way.plan);
        if (way.plan.count != 0 &&
            is_better(&way.plan.after, way.plan.bytes, &plan->after, plan->bytes)) {
            *plan = way.plan;
        }
    }
}
