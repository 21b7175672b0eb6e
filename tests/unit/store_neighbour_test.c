// SPDX-License-Identifier: Apache-2.0
/* What is done to one app does nothing to another: not a byte of it, not even by chance. */
#include "store_support.h"

#include <stdlib.h>

#include <tbf/header.h>

enum { APPS = 5 };

/* Sizes that no alignment is made of, the largest neither first nor last. */
static const uint32_t sizes[APPS] = {2052, 12300, 516, 20488, 4100};

static struct world world;

/* The flash as it was. */
static uint8_t *kept;

static void keep(void)
{
    free(kept);
    kept = malloc(world.nor.size);
    assert_non_null(kept);
    memcpy(kept, nor_at(&world.nor, world.nor.geometry->base), world.nor.size);
}

static uint8_t *kept_at(uint32_t address)
{
    return kept + (address - world.nor.geometry->base);
}

static void expect_unchanged(uint32_t id)
{
    struct store_app app = app_of(&world, id);

    assert_memory_equal(nor_at(&world.nor, app.record.address), kept_at(app.record.address),
                        app.record.size);
}

static void expect_apps(uint32_t first, uint32_t last)
{
    for (uint32_t id = first; id <= last; id++) {
        static uint8_t object[WORLD_OBJECT_MAX];
        struct store_app app = app_of(&world, id);

        world_object(object, id, 0, sizes[id - 1], id);
        assert_int_equal(app.record.size, sizes[id - 1]);
        assert_memory_equal(nor_at(&world.nor, app.record.address), object, sizes[id - 1]);
    }
    assert_int_equal(store_app_count(&world.store), last - first + 1);
}

static void an_install_changes_no_byte_of_another_app(void **state)
{
    (void)state;
    for (unsigned layout = 0; layout < world_layout_count; layout++) {
        device_start(&world, layout);
        for (uint32_t id = 1; id <= APPS; id++) {
            keep();
            if (install(&world, id, 0, sizes[id - 1], id) != 0) {
                break; /* a small board is full */
            }
            for (uint32_t other = 1; other < id; other++) {
                expect_unchanged(other);
            }
            device_restart(&world);
            expect_apps(1, id);
        }
        assert_true(store_app_count(&world.store) >= 2);
        world_free(&world);
    }
}

/* The first app's place is free, and too small for the next: nothing moves into it, or out. */
static void apps_behind_a_gap_stay_where_they_are(void **state)
{
    uint32_t place[APPS + 1];

    (void)state;
    device_start(&world, 0);
    for (uint32_t id = 1; id <= 4; id++) {
        assert_int_equal(install(&world, id, 0, sizes[id - 1], id), 0);
        place[id] = app_of(&world, id).record.address;
    }
    assert_int_equal(take(&world, STEP_REMOVE, 1, 0, 0, 0), 0);
    for (uint32_t version = 0; version < 6; version++) {
        keep();
        assert_int_equal(install(&world, 5, version, sizes[4], 5 + version), 0);
        for (uint32_t id = 2; id <= 4; id++) {
            expect_unchanged(id);
            assert_int_equal(app_of(&world, id).record.address, place[id]);
        }
    }
    world_free(&world);
}

static void flags_change_no_byte_of_their_app(void **state)
{
    (void)state;
    for (unsigned layout = 0; layout < world_layout_count; layout++) {
        device_start(&world, layout);
        assert_int_equal(install(&world, 1, 0, sizes[0], 1), 0);
        assert_int_equal(install(&world, 2, 0, sizes[4], 2), 0);
        keep();
        for (uint32_t flags = 0; flags < 4; flags++) {
            assert_int_equal(take(&world, STEP_FLAGS, 1, 0, 0, flags), 0);
            device_restart(&world);
            assert_int_equal(app_of(&world, 1).record.flags, flags);
            expect_unchanged(1);
            expect_unchanged(2);
        }
        world_free(&world);
    }
}

/* Whoever lists the flash without the journal finds none of what was removed. */
static void what_was_removed_is_found_by_nobody(void **state)
{
    struct tbf_object object;
    uint32_t offset = 0;

    (void)state;
    device_start(&world, 0);
    for (uint32_t id = 1; id <= 4; id++) {
        assert_int_equal(install(&world, id, 0, sizes[id - 1], id), 0);
    }
    for (uint32_t id = 1; id <= 4; id++) {
        assert_int_equal(take(&world, STEP_REMOVE, id, 0, 0, 0), 0);
    }
    while (tbf_walk(nor_at(&world.nor, world.config.apps.address), world.config.apps.size, offset,
                    &object) == 0) {
        assert_true(object.error == 0 && object.header.padding);
        offset += object.header.total_size;
    }
    for (uint32_t at = 0; at + 4096 <= world.config.apps.size; at += 4096) {
        struct tbf_header header;
        const uint8_t *page = nor_at(&world.nor, world.config.apps.address + at);

        assert_true(tbf_header_parse(page, world.config.apps.size - at, &header) != 0 ||
                    header.padding);
    }
    world_free(&world);
}

static int tear_down(void **state)
{
    (void)state;
    free(kept);
    kept = NULL;
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_install_changes_no_byte_of_another_app),
        cmocka_unit_test(apps_behind_a_gap_stay_where_they_are),
        cmocka_unit_test(flags_change_no_byte_of_their_app),
        cmocka_unit_test(what_was_removed_is_found_by_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, tear_down);
}
