// SPDX-License-Identifier: Apache-2.0
/* What the tests of the store share: a device on the flash model of tests/sim. */
#ifndef STORE_SUPPORT_H
#define STORE_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <base/bytes.h>
#include <world.h>

/* A blank device of a layout, mounted. */
static inline void device_start(struct world *world, unsigned layout)
{
    world_init(world, &world_layouts[layout]);
    assert_int_equal(world_mount(world), 0);
}

/* Power off and on. */
static inline void device_restart(struct world *world)
{
    nor_power_up(&world->nor, NOR_WEAK_RANDOM, 1);
    assert_int_equal(world_mount(world), 0);
    assert_null(world->nor.violation);
}

static inline int take(struct world *world, enum step_kind kind, uint32_t id, uint32_t version,
                       uint32_t size, uint32_t value)
{
    struct step step = {kind, id, version, size, value};

    return world_take(world, &step);
}

static inline int install(struct world *world, uint32_t id, uint32_t version, uint32_t size,
                          uint32_t seed)
{
    return take(world, STEP_INSTALL, id, version, size, seed);
}

static inline int finish(struct world *world, int begun)
{
    return begun < 0 ? begun : store_wait(&world->store);
}

/* The app of a ShortID; fails when there is none. */
static inline struct store_app app_of(struct world *world, uint32_t id)
{
    struct store_app app;

    for (uint32_t i = 0; store_app_at(&world->store, i, &app) == 0; i++) {
        if (app.recorded && app.record.short_id == id) {
            return app;
        }
    }
    fail_msg("app %u is not in the list", (unsigned)id);
    return app;
}

/* Writes bytes into flash as a debug probe would. */
static inline void poke(struct world *world, uint32_t address, const void *data, uint32_t length)
{
    for (uint32_t i = 0; i < length; i++) {
        nor_poke(&world->nor, address + i, ((const uint8_t *)data)[i]);
    }
}

#endif
