// SPDX-License-Identifier: Apache-2.0
/*
 * Compacting a device that runs: plans over random lists of a store, each move carried out as a
 * kernel does it when it is sent an object that it has, on the flash model. The power goes at every
 * change of the flash in turn; then no app is lost, and compacting anew goes on.
 *
 *     move_cut_test [--wide]
 */
#include "world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <plan/plan.h>

enum { APPS = 6, LAYOUTS = 1000, CUT_SHARE = 48, STEPS = 14, WIDE = 20 };

static struct world world;
static struct nor saved;
static struct truth truth;
static struct step installed[WORLD_IDS]; /* how to make each app's object again */
static uint32_t layouts = LAYOUTS;
static uint32_t seed;

static uint32_t chance(uint32_t below)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % below;
}

static void mount(void)
{
    assert_int_equal(world_mount(&world), 0);
    assert_null(world.nor.violation);
}

static void all_is_well(void)
{
    const char *wrong = world_check(&world, &truth);

    if (wrong != NULL) {
        fail_msg("layout %u: %s", seed, wrong);
    }
    assert_null(world.nor.violation);
}

static void take(struct step step)
{
    if (world_take(&world, &step) == 0) {
        truth_take(&truth, &step);
        installed[step.id] = step.kind == STEP_INSTALL ? step : installed[step.id];
    }
}

/* A device that has lived for a while. */
static void live(const struct layout *layout, uint32_t number)
{
    world_init(&world, layout);
    memset(&truth, 0, sizeof truth);
    seed = number;
    mount();
    for (uint32_t i = 0; i < STEPS; i++) {
        uint32_t id = 1 + chance(APPS);

        if (chance(3) == 0) {
            take((struct step){STEP_REMOVE, id, 0, 0, 0});
        } else {
            take((struct step){STEP_INSTALL, id, truth.apps[id].version + 1,
                               64 + 4 * chance(i % 3 == 0 ? 4000 : 1200), i});
        }
        if (truth.apps[id].installed && chance(4) == 0) {
            take((struct step){STEP_FLAGS, id, 0, 0, chance(4)});
        }
    }
    all_is_well();
}

static uint32_t id_at(uint32_t address)
{
    struct store_app app;

    return store_app_find(&world.store, address, &app) == 0 ? app.record.short_id : 0;
}

/* The list as the host has it. Some apps have no package. */
static struct plan_map map_of(uint32_t without)
{
    struct plan_map map = {.geometry = world.config.flash->geometry, .region = world.config.apps};
    struct store_app app;

    for (uint32_t i = 0; store_app_at(&world.store, i, &app) == 0; i++) {
        const struct plan_app a = {app.record.address, app.record.space, app.record.size,
                                   (without >> app.record.short_id & 1u) != 0 ? PLAN_MISSING
                                                                              : PLAN_MOVABLE};

        assert_true(plan_add(&map, &a));
    }
    return map;
}

/* The store's own figures are those of the plan. */
static void room_is(uint32_t largest)
{
    struct store_space space;

    store_free_space(&world.store, &space);
    assert_int_equal(space.largest, largest);
}

/* What the host checks before a move; answers how to send the object again. */
static struct step check_move(const struct plan_map *map, const struct plan_move *move)
{
    struct step step = installed[id_at(move->from)];
    struct store_place planned;
    struct store_place found;

    assert_int_equal(plan_place(map, move->size, move->to, &planned, NULL), 0);
    assert_int_equal(store_place(&world.store, move->size, move->to, NULL, &found, NULL), 0);
    assert_int_equal(planned.address, move->to);
    assert_int_equal(found.address, move->to);
    assert_int_equal(planned.space, move->space);
    assert_int_equal(found.space, move->space);
    step.kind = STEP_MOVE;
    return step;
}

/* Carries out what is planned for the list as it is. */
static size_t compact(uint32_t without)
{
    struct plan_map map = map_of(without);
    struct plan plan;

    plan_compact(&map, &plan);
    room_is(plan.before.largest);
    for (size_t i = 0; i < plan.count; i++) {
        struct step step = check_move(&map, &plan.move[i]);

        assert_true((without >> step.id & 1u) == 0);
        assert_int_equal(world_move(&world, &step, plan.move[i].to), 0);
        assert_int_equal(id_at(plan.move[i].to), step.id);
        assert_int_equal(id_at(plan.move[i].from), 0);
        assert_true(plan_apply(&map, &plan.move[i]));
        all_is_well();
    }
    room_is(plan.after.largest);
    return plan.count;
}

static void what_is_planned_is_what_a_device_does(void **state)
{
    uint32_t moved = 0;

    (void)state;
    for (uint32_t i = 0; i < layouts; i++) {
        uint32_t without;

        live(&world_layouts[i % world_layout_count], i);
        without = i % 3 == 0 ? chance(256) : 0;
        moved += compact(without) != 0 ? 1 : 0;
        nor_power_up(&world.nor, NOR_WEAK_ERASED, i);
        mount();
        all_is_well();
        for (uint32_t again = 0; compact(without) != 0; again++) {
            assert_true(again < STEPS); /* each time the largest gap is larger; it has an end */
        }
        world_free(&world);
    }
    print_message("%u of %u layouts gain\n", moved, layouts);
    assert_true(moved > layouts / 5);
}

/* Cuts a move at one change; false: it has none there. */
static bool cut_move(const struct step *step, uint32_t to, const struct store *before,
                     uint32_t operation)
{
    uint32_t largest;
    struct store_space space;

    nor_copy(&world.nor, &saved);
    world.store = *before;
    store_free_space(&world.store, &space);
    largest = space.largest;
    nor_plan(&world.nor, operation, (enum nor_cut)(operation % NOR_CUTS));
    (void)world_move(&world, step, to);
    if (!world.nor.dead) {
        return false;
    }
    nor_power_up(&world.nor, (enum nor_weak)(operation % NOR_WEAKS), operation);
    mount();
    all_is_well();
    (void)compact(0);
    store_free_space(&world.store, &space);
    assert_true(space.largest >= largest);
    return true;
}

static void power_goes_at_every_change(void **state)
{
    uint32_t cuts = 0;

    (void)state;
    for (uint32_t i = 0; i < layouts / CUT_SHARE; i++) {
        const struct layout *layout = &world_layouts[i % world_layout_count];
        struct plan_map map;
        struct plan plan;

        live(layout, 5000 + i);
        nor_init(&saved, layout->geometry);
        map = map_of(0);
        plan_compact(&map, &plan);
        for (size_t m = 0; m < plan.count; m++) {
            const struct step step = check_move(&map, &plan.move[m]);
            const struct store before = world.store;
            uint32_t operation = 0;

            nor_copy(&saved, &world.nor);
            while (cut_move(&step, plan.move[m].to, &before, operation)) {
                operation++;
            }
            cuts += operation;
            /* The last try went through. */
            all_is_well();
            assert_int_equal(id_at(plan.move[m].to), step.id);
            assert_true(plan_apply(&map, &plan.move[m]));
        }
        nor_free(&saved);
        world_free(&world);
    }
    print_message("%u cuts\n", cuts);
    assert_true(cuts > 500);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_planned_is_what_a_device_does),
        cmocka_unit_test(power_goes_at_every_change),
    };

    layouts *= argc > 1 && strcmp(argv[1], "--wide") == 0 ? WIDE : 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
