// SPDX-License-Identifier: Apache-2.0
/* The journal: framing, compaction, and what happens when its bytes are not what they should be. */
#include "store_support.h"

#include <base/crc32.h>

#include <stdlib.h>

#define UNKNOWN_TYPE 0x7777u

static uint32_t half_address(const struct world *world)
{
    return world->config.journal[world->store.active].address;
}

/* The nth record of the active half. */
static uint32_t record_offset(const struct world *world, unsigned index)
{
    uint32_t at = 32;
    struct store_frame frame;

    for (;;) {
        if (store_frame_decode(nor_at(&world->nor, half_address(world)) + at, 4096 - at, 4,
                               &frame)) {
            if (index-- == 0) {
                return at;
            }
            at += store_frame_extent(&frame, 4);
        } else {
            at += 4;
        }
        assert_true(at < 4096);
    }
}

static void churn(struct world *world, unsigned times)
{
    for (unsigned i = 0; i < times; i++) {
        assert_int_equal(take(world, STEP_PUT, 0, 0, 0, i + 1), 0);
    }
}

static void unknown_records_survive_compaction(void **state)
{
    static const uint8_t one[] = {1, 2, 3, 4, 5};
    static const uint8_t two[] = {6, 7, 8, 9};
    struct world world;
    struct store_frame frame;
    uint32_t generation;

    (void)state;
    device_start(&world, 0);
    assert_int_equal(
        finish(&world, store_put_begin(&world.store, UNKNOWN_TYPE, 5, one, sizeof one)), 0);
    assert_int_equal(
        finish(&world, store_put_begin(&world.store, UNKNOWN_TYPE, 6, one, sizeof one)), 0);
    assert_int_equal(
        finish(&world, store_put_begin(&world.store, UNKNOWN_TYPE, 5, two, sizeof two)), 0);
    generation = world.store.generation;
    churn(&world, 400);
    assert_true(world.store.generation - generation >= 2);
    device_restart(&world);
    assert_int_equal(store_find(&world.store, UNKNOWN_TYPE, 5, &frame), 0);
    assert_int_equal(frame.length, 16); /* zeros follow */
    assert_memory_equal(frame.body, two, sizeof two);
    assert_int_equal(store_find(&world.store, UNKNOWN_TYPE, 6, &frame), 0);
    assert_memory_equal(frame.body, one, sizeof one);
    assert_int_equal(finish(&world, store_end_begin(&world.store, UNKNOWN_TYPE, 6)), 0);
    churn(&world, 100);
    assert_int_equal(store_find(&world.store, UNKNOWN_TYPE, 6, &frame), STORE_E_NOT_FOUND);
    world_free(&world);
}

static void the_lock_is_never_dropped(void **state)
{
    static const uint8_t lock[] = {1, 1, 1, 1};
    struct world world;
    struct store_frame frame;

    (void)state;
    device_start(&world, 0);
    assert_int_equal(finish(&world, store_put_begin(&world.store, STORE_RECORD_LOCK, 0, lock, 4)),
                     0);
    assert_int_equal(store_end_begin(&world.store, STORE_RECORD_LOCK, 0), STORE_E_ARGUMENT);
    churn(&world, 250);
    device_restart(&world);
    assert_int_equal(store_find(&world.store, STORE_RECORD_LOCK, 0, &frame), 0);
    world_free(&world);
}

static void a_bad_record_with_good_ones_behind_it_is_reported(void **state)
{
    struct world world;
    uint32_t at;

    (void)state;
    device_start(&world, 0);
    assert_int_equal(install(&world, 1, 0, 3000, 1), 0);
    assert_int_equal(install(&world, 2, 0, 3000, 1), 0);
    at = half_address(&world) + record_offset(&world, 1) + 30; /* the first app's record */
    nor_poke(&world.nor, at, (uint8_t)(*nor_at(&world.nor, at) ^ 1));
    device_restart(&world);
    assert_true(store_is_damaged(&world.store));
    assert_int_equal(app_of(&world, 2).state, STORE_UNCHECKED);
    assert_int_equal(install(&world, 3, 0, 3000, 1), STORE_E_READ_ONLY);
    assert_int_equal(store_flags_begin(&world.store, app_of(&world, 2).record.address, 0),
                     STORE_E_READ_ONLY);
    world.nor.count = 0;
    device_restart(&world);
    assert_int_equal(world.nor.count, 0); /* nothing was written */
    assert_int_equal(finish(&world, store_salvage_begin(&world.store)), 0);
    assert_false(store_is_damaged(&world.store));
    assert_int_equal(app_of(&world, 2).record.version, 0);
    assert_int_equal(install(&world, 3, 0, 3000, 1), 0);
    device_restart(&world);
    assert_false(store_is_damaged(&world.store));
    world_free(&world);
}

static void a_rotten_header_does_not_bring_old_state_back(void **state)
{
    struct world world;

    (void)state;
    device_start(&world, 0);
    assert_int_equal(install(&world, 1, 0, 3000, 1), 0);
    while (world.store.active == 0) {
        churn(&world, 1);
    }
    assert_int_equal(take(&world, STEP_REMOVE, 1, 0, 0, 0), 0);
    nor_poke(&world.nor, half_address(&world) + 9, 0x55);
    device_restart(&world);
    assert_true(store_is_damaged(&world.store));
    world_free(&world);
}

/* A device whose active half has lost its header, after a change that the other does not know. */
static void rot(struct world *world, enum step_kind change)
{
    device_start(world, 0);
    assert_int_equal(install(world, 1, 0, 3000, 1), 0);
    assert_int_equal(install(world, 2, 0, 3000, 1), 0);
    while (world->store.active == 0) {
        churn(world, 1);
    }
    assert_int_equal(take(world, change, 1, 0, 0, 0), 0);
    nor_poke(&world->nor, half_address(world) + 9, 0x55);
    nor_power_up(&world->nor, NOR_WEAK_RANDOM, 1);
    world->nor.count = 0;
    assert_int_equal(finish(world, store_mount_begin(&world->store, &world->config)), 0);
}

static void a_change_looks_first_at_what_the_mount_left_out(void **state)
{
    struct world world;

    (void)state;
    rot(&world, STEP_FLAGS);
    assert_false(store_is_damaged(&world.store)); /* nobody has looked yet */
    assert_int_equal(
        finish(&world, store_flags_begin(&world.store, app_of(&world, 2).record.address, 3)),
        STORE_E_READ_ONLY);
    assert_true(store_is_damaged(&world.store));
    assert_int_equal(world.nor.count, 0);
    world_free(&world);
}

static void a_mount_with_something_to_change_leaves_nothing_out(void **state)
{
    struct world world;

    (void)state;
    rot(&world, STEP_REMOVE); /* there is padding where the other half knows an app */
    assert_true(store_is_damaged(&world.store));
    assert_int_equal(world.nor.count, 0);
    world_free(&world);
}

static void records_without_a_header_are_not_formatted_away(void **state)
{
    struct world world;

    (void)state;
    device_start(&world, 0);
    assert_int_equal(install(&world, 1, 0, 3000, 1), 0);
    nor_poke(&world.nor, half_address(&world), 0);
    assert_int_equal(world_mount(&world), STORE_E_JOURNAL);
    assert_int_equal(install(&world, 2, 0, 3000, 1), STORE_E_READ_ONLY);
    assert_int_equal(finish(&world, store_format_begin(&world.store, &world.config)), 0);
    assert_int_equal(store_app_count(&world.store), 1); /* found in the region, to be verified */
    world_free(&world);
}

static void another_format_version_is_left_alone(void **state)
{
    struct world world;
    uint8_t head[24];

    (void)state;
    device_start(&world, 0);
    memcpy(head, nor_at(&world.nor, half_address(&world)), sizeof head);
    bytes_put_u16(head + 4, 2);
    bytes_put_u32(head + 20, crc32_update(CRC32_START, head, 20));
    poke(&world, half_address(&world), head, sizeof head);
    assert_int_equal(world_mount(&world), STORE_E_JOURNAL);
    world_free(&world);
}

static void a_full_journal_refuses_and_still_removes(void **state)
{
    struct world world;
    uint8_t body[STORE_BODY_MAX] = {0};
    uint32_t key = 0;
    int result = 0;

    (void)state;
    device_start(&world, 0);
    assert_int_equal(install(&world, 1, 0, 3000, 1), 0);
    while (result == 0) {
        result =
            finish(&world, store_put_begin(&world.store, UNKNOWN_TYPE, key++, body, sizeof body));
    }
    assert_int_equal(result, STORE_E_FULL);
    while (result != 0 || key < 1000) {
        result = finish(&world, store_put_begin(&world.store, UNKNOWN_TYPE, key++, body, 4));
        if (result == STORE_E_FULL) {
            break;
        }
    }
    assert_int_equal(install(&world, 2, 0, 3000, 1), STORE_E_FULL);
    assert_int_equal(take(&world, STEP_REMOVE, 1, 0, 0, 0), 0);
    device_restart(&world);
    assert_int_equal(store_app_count(&world.store), 0);
    world_free(&world);
}

static void a_configuration_that_does_not_fit_is_refused(void **state)
{
    struct world world;
    struct store store;

    (void)state;
    world_init(&world, &world_layouts[0]);
    world.config.journal[1].address += 4;
    assert_int_equal(store_mount_begin(&store, &world.config), STORE_E_CONFIG);
    world.config.journal[1].address -= 4;
    world.config.apps.size += 0x100000;
    assert_int_equal(store_mount_begin(&store, &world.config), STORE_E_CONFIG);
    world.config.apps.size = 0;
    assert_int_equal(store_mount_begin(&store, &world.config), STORE_E_CONFIG);
    world_free(&world);
}

static void one_operation_at_a_time(void **state)
{
    struct world world;
    uint8_t body[4] = {0};

    (void)state;
    device_start(&world, 0);
    assert_int_equal(store_put_begin(&world.store, UNKNOWN_TYPE, 1, body, 4), 0);
    assert_true(store_is_busy(&world.store));
    assert_int_equal(store_put_begin(&world.store, UNKNOWN_TYPE, 2, body, 4), STORE_E_BUSY);
    assert_int_equal(store_step(&world.store), STORE_BUSY);
    assert_int_equal(store_wait(&world.store), 0);
    assert_int_equal(store_step(&world.store), 0);
    world_free(&world);
}

/* Whatever lies in the journal, mounting ends, reads inside the flash, and the list can be walked.
 */
static void hostile_journals_do_no_harm(void **state)
{
    struct world world;
    struct nor good;
    uint32_t random = 12345;
    uint8_t active;

    (void)state;
    device_start(&world, 0);
    assert_int_equal(install(&world, 1, 0, 5000, 1), 0);
    assert_int_equal(install(&world, 2, 3, 9000, 1), 0);
    assert_int_equal(take(&world, STEP_REMOVE, 1, 0, 0, 0), 0);
    active = world.store.active;
    nor_init(&good, world.nor.geometry);
    nor_copy(&good, &world.nor);
    for (unsigned round = 0; round < 3000; round++) {
        uint32_t at;
        struct store_app app;

        nor_copy(&world.nor, &good);
        world.store.active = active;
        for (unsigned i = 0; i <= round % 4; i++) {
            random = random * 1664525u + 1013904223u;
            at = half_address(&world) + (random >> 8) % 700;
            nor_poke(&world.nor, at, (uint8_t)(random >> 24));
        }
        if (round % 2 == 0) { /* with a right CRC, so that the content is hostile */
            uint32_t record;
            uint32_t field = 20 + (random >> 4) % 60;
            uint8_t bytes[STORE_RECORD_MAX];
            struct store_frame frame;

            nor_copy(&world.nor, &good);
            record = record_offset(&world, round / 2 % 3);
            at = half_address(&world) + record;
            assert_true(store_frame_decode(nor_at(&world.nor, at), 1024, 4, &frame));
            memcpy(bytes, nor_at(&world.nor, at), 20u + frame.length);
            bytes_put_u32(bytes + field % (16u + frame.length), random);
            store_frame_encode(bytes, &frame);
            poke(&world, at, bytes, 20u + frame.length);
        }
        nor_power_up(&world.nor, NOR_WEAK_RANDOM, round);
        if (world_mount(&world) == 0) {
            for (uint32_t i = 0; store_app_at(&world.store, i, &app) == 0; i++) {
                assert_true(app.record.address >= world.config.apps.address);
            }
            (void)install(&world, 3, 0, 4000, round);
        }
        if (world.nor.violation != NULL) {
            assert_string_not_equal(world.nor.violation, "read outside the flash");
            world.nor.violation = NULL;
        }
    }
    nor_free(&good);
    world_free(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unknown_records_survive_compaction),
        cmocka_unit_test(the_lock_is_never_dropped),
        cmocka_unit_test(a_bad_record_with_good_ones_behind_it_is_reported),
        cmocka_unit_test(a_rotten_header_does_not_bring_old_state_back),
        cmocka_unit_test(a_change_looks_first_at_what_the_mount_left_out),
        cmocka_unit_test(a_mount_with_something_to_change_leaves_nothing_out),
        cmocka_unit_test(records_without_a_header_are_not_formatted_away),
        cmocka_unit_test(another_format_version_is_left_alone),
        cmocka_unit_test(a_full_journal_refuses_and_still_removes),
        cmocka_unit_test(a_configuration_that_does_not_fit_is_refused),
        cmocka_unit_test(one_operation_at_a_time),
        cmocka_unit_test(hostile_journals_do_no_harm),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
