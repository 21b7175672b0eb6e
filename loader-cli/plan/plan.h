// SPDX-License-Identifier: Apache-2.0
/*
 * Where the apps of a device lie, where another one would go, and which moves would join the free
 * space. Pure functions over a list: nothing is read from a device and nothing is changed on one.
 * Places are found by lib/store itself, so that what is planned is what a device does.
 *
 * One thread; nothing is kept between calls.
 */
#ifndef PLAN_PLAN_H
#define PLAN_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include <store/placement.h>

enum { PLAN_APPS_MAX = STORE_APPS_MAX, PLAN_MOVES_MAX = 4 * PLAN_APPS_MAX };

/** Why an app stays where it is. */
enum plan_hold {
    PLAN_MOVABLE = 0,
    PLAN_FIXED = 1,   /* it is linked for its address */
    PLAN_UNKNOWN = 2, /* the store cannot vouch for its bytes: damaged, or not recorded */
    PLAN_WRITTEN = 3, /* it has written into its own flash: a copy would not verify */
    PLAN_WRITER = 4,  /* it may have written there: its package would not have that */
    PLAN_MISSING = 5, /* it would have to be sent, and there is no package of it */
    PLAN_CROWDED = 6  /* a device that runs wants room for its process, and there is none */
};

/** What lies in the app region. */
struct plan_app {
    uint32_t address;
    uint32_t space; /* what it owns, padding behind it included */
    uint32_t size;  /* of the object; 0: not known */
    enum plan_hold hold;
};

/** A device's app region. */
struct plan_map {
    const struct hil_flash_geometry *geometry;
    const struct store_rules *rules; /* NULL: any pages will do */
    struct store_extent region;
    struct plan_app app[PLAN_APPS_MAX]; /* in the order of addresses */
    size_t count;
};

/** What the region has left, in bytes. */
struct plan_room {
    uint32_t free;     /* in all gaps, whole pages */
    uint32_t largest;  /* in the largest */
    uint32_t gaps;     /* how many have any */
    uint32_t rounding; /* that apps own behind their objects */
    uint32_t slivers;  /* parts of pages in gaps, which no object can use */
};

/** One app from one place to another. */
struct plan_move {
    uint32_t from;
    uint32_t to;
    uint32_t size;
    uint32_t space; /* there */
};

/** Moves, one after the other, and what they lead to. */
struct plan {
    struct plan_move move[PLAN_MOVES_MAX];
    size_t count;
    uint32_t bytes; /* to be copied */
    struct plan_room before;
    struct plan_room after;
};

/**
 * Puts an app into the list.
 * @return false, and nothing is changed: the list is full, or the app is empty, outside the region
 *         or over another one
 */
bool plan_add(struct plan_map *map, const struct plan_app *app);
/** Takes the app at an address out. @return false: there is none */
bool plan_remove(struct plan_map *map, uint32_t address);
/** The app at an address; NULL: there is none. */
const struct plan_app *plan_find(const struct plan_map *map, uint32_t address);
/** What is left, and what is wasted. */
void plan_measure(const struct plan_map *map, struct plan_room *room);
/**
 * Where a device with this list would put an object: store_place() of that list.
 * @return as store_place()
 */
int plan_place(const struct plan_map *map, uint32_t size, uint32_t fixed, struct store_place *place,
               struct store_space *space);
/**
 * Carries one move out in the list, after checking it: the app is there and may move; the place is
 * whole pages inside the region and free while the app still lies where it was; the rules allow it.
 * @return false, and nothing is changed
 */
bool plan_apply(struct plan_map *map, const struct plan_move *move);
/**
 * Looks for moves that make the largest gap larger, the fewest bytes that reach the most. Each goes
 * to a place that is free while the app still lies at its old one.
 * @param plan  receives it; with count 0 nothing would be gained
 */
void plan_compact(const struct plan_map *map, struct plan *plan);
/** Why an app stays, for people; "" when it may move. */
const char *plan_hold_text(enum plan_hold hold);

#endif
