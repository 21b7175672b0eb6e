// SPDX-License-Identifier: Apache-2.0
/* The list: decisions about new apps, who is right when journal and flash differ, removal. */
#include "store_support.h"

#include <tbf/header.h>
#include <tbf/write.h>

#define OWNER 7u

static int decide(struct world *world, uint32_t id, uint32_t owner, uint32_t version,
                  uint8_t first_byte, uint32_t *replaces)
{
    struct store_identity identity = {id, owner, version, {first_byte, 0xEE}};

    return store_decide(&world->store, &identity, replaces, NULL);
}

static void decisions_about_an_installed_app(void **state)
{
    struct world world;
    struct store_identity same;
    struct store_app app;
    uint32_t replaces;
    uint32_t floor;

    (void)state;
    device_start(&world, 0);
    assert_int_equal(decide(&world, 1, OWNER, 0, 1, &replaces), STORE_NEW);
    assert_int_equal(replaces, STORE_NONE);
    assert_int_equal(install(&world, 1, 5, 5000, 1), 0);
    app = app_of(&world, 1);
    assert_int_equal(decide(&world, 1, OWNER, 5, 1, &replaces), STORE_UPDATE);
    assert_int_equal(replaces, app.record.address);
    assert_int_equal(decide(&world, 1, OWNER, 6, 1, &replaces), STORE_UPDATE);
    assert_int_equal(decide(&world, 1, OWNER, 4, 1, &replaces), STORE_E_OLDER);
    assert_int_equal(decide(&world, 1, OWNER + 1, 6, 1, &replaces), STORE_E_OWNER);
    same = (struct store_identity){1, OWNER, 5, {0}};
    memcpy(same.digest, app.record.digest, sizeof same.digest);
    assert_int_equal(store_decide(&world.store, &same, &replaces, &floor), STORE_SAME);
    assert_int_equal(replaces, app.record.address);
    assert_int_equal(floor, 5);
    world_free(&world);
}

static void floor_and_owner_outlive_removal(void **state)
{
    struct world world;
    uint32_t replaces;

    (void)state;
    device_start(&world, 0);
    assert_int_equal(install(&world, 1, 5, 5000, 1), 0);
    assert_int_equal(take(&world, STEP_REMOVE, 1, 0, 0, 0), 0);
    for (uint32_t i = 0; i < 300; i++) { /* also through compaction */
        assert_int_equal(take(&world, STEP_PUT, 0, 0, 0, i + 1), 0);
    }
    device_restart(&world);
    assert_int_equal(decide(&world, 1, OWNER, 4, 1, &replaces), STORE_E_OLDER);
    assert_int_equal(decide(&world, 1, OWNER + 1, 9, 1, &replaces), STORE_E_OWNER);
    assert_int_equal(decide(&world, 1, OWNER, 5, 1, &replaces), STORE_NEW);
    world_free(&world);
}

static void identities_are_bounded(void **state)
{
    struct world world;
    uint32_t replaces;

    (void)state;
    device_start(&world, 0);
    world.config.identities_max = 3;
    assert_int_equal(install(&world, 1, 0, 3000, 1), 0);
    assert_int_equal(install(&world, 2, 0, 3000, 1), 0);
    assert_int_equal(install(&world, 3, 0, 3000, 1), 0);
    assert_int_equal(take(&world, STEP_REMOVE, 2, 0, 0, 0), 0);
    assert_int_equal(install(&world, 4, 0, 3000, 1), STORE_E_IDENTITIES);
    assert_int_equal(decide(&world, 0, OWNER, 0, 9, &replaces), STORE_NEW); /* locally unique */
    assert_int_equal(install(&world, 2, 1, 3000, 1), 0);                    /* known */
    assert_int_equal(install(&world, 2, 2, 3000, 2), 0);
    world_free(&world);
}

static void sixteen_apps_and_no_more(void **state)
{
    struct world world;

    (void)state;
    world_init(&world, &world_layouts[1]); /* 512-byte pages */
    world.config.identities_max = 40;
    assert_int_equal(world_mount(&world), 0);
    for (uint32_t id = 1; id <= STORE_APPS_MAX; id++) {
        assert_int_equal(install(&world, id, 0, 1000, 1), 0);
    }
    assert_int_equal(install(&world, 30, 0, 1000, 1), STORE_E_APPS);
    assert_int_equal(install(&world, 16, 1, 1500, 1), 0); /* an update needs no entry */
    device_restart(&world);
    assert_int_equal(store_app_count(&world.store), STORE_APPS_MAX);
    assert_int_equal(take(&world, STEP_REMOVE, 5, 0, 0, 0), 0);
    assert_int_equal(install(&world, 30, 0, 1000, 1), 0);
    device_restart(&world);
    assert_int_equal(store_app_count(&world.store), STORE_APPS_MAX);
    world_free(&world);
}

static void an_update_keeps_the_flags(void **state)
{
    struct world world;

    (void)state;
    device_start(&world, 0);
    assert_int_equal(install(&world, 1, 0, 5000, 1), 0);
    assert_int_equal(take(&world, STEP_FLAGS, 1, 0, 0, STORE_FLAG_STICKY), 0);
    assert_int_equal(install(&world, 1, 1, 6000, 2), 0);
    device_restart(&world);
    assert_int_equal(app_of(&world, 1).record.flags, STORE_FLAG_STICKY);
    assert_int_equal(app_of(&world, 1).record.floor, 1);
    world_free(&world);
}

/* What the caller of store_check_next() does. */
static int check(struct world *world, uint32_t *flags)
{
    static uint8_t bytes[WORLD_OBJECT_MAX];
    uint8_t digest[STORE_DIGEST_SIZE];
    struct store_check due;

    assert_int_equal(store_check_next(&world->store, &due), 0);
    memcpy(bytes, nor_at(&world->nor, due.address), due.length);
    if (due.patched) {
        memcpy(bytes + 8, due.words, sizeof due.words);
    }
    world_digest(bytes, due.length, digest);
    return store_check_result(&world->store, due.address, digest, flags);
}

static void whole_and_damaged_apps_are_told_apart(void **state)
{
    struct world world;
    struct store_check due;
    uint32_t address;

    (void)state;
    device_start(&world, 0);
    assert_int_equal(install(&world, 1, 0, 5000, 1), 0);
    assert_int_equal(install(&world, 2, 0, 5000, 1), 0);
    assert_int_equal(app_of(&world, 1).state, STORE_WHOLE);
    address = app_of(&world, 2).record.address;
    nor_poke(&world.nor, address + 2000, (uint8_t)(*nor_at(&world.nor, address + 2000) ^ 1));
    device_restart(&world);
    assert_int_equal(check(&world, NULL), STORE_CHECK_WHOLE);
    assert_int_equal(check(&world, NULL), STORE_CHECK_DAMAGED);
    assert_int_equal(store_check_next(&world.store, &due), STORE_E_NOT_FOUND);
    assert_int_equal(app_of(&world, 2).state, STORE_DAMAGED);
    assert_int_equal(install(&world, 2, 0, 5000, 1), 0); /* the same bytes mend it */
    assert_int_equal(app_of(&world, 2).state, STORE_WHOLE);
    world_free(&world);
}

static void a_flag_flipped_in_the_header_is_understood(void **state)
{
    struct world world;
    uint8_t header[16];
    uint32_t address;
    uint32_t flags = 99;

    (void)state;
    device_start(&world, 0);
    assert_int_equal(install(&world, 1, 0, 5000, 1), 0);
    address = app_of(&world, 1).record.address;
    memcpy(header, nor_at(&world.nor, address), sizeof header);
    header[8] ^= 1; /* disable, as Tock's tool does: flag and checksum */
    header[12] ^= 1;
    poke(&world, address, header, sizeof header);
    device_restart(&world);
    assert_int_equal(check(&world, &flags), STORE_CHECK_AGAIN);
    assert_int_equal(check(&world, &flags), STORE_CHECK_FLAGS);
    assert_int_equal(flags, 0);
    assert_int_equal(finish(&world, store_flags_begin(&world.store, address, flags)), 0);
    device_restart(&world);
    assert_int_equal(app_of(&world, 1).record.flags, 0);
    world_free(&world);
}

/* Flips the enabled bit of a header as Tock's tool does: with the checksum. */
static void flip_enabled(struct world *world, uint32_t address)
{
    uint8_t header[16];

    memcpy(header, nor_at(&world->nor, address), sizeof header);
    header[8] ^= 1;
    header[12] ^= 1;
    poke(world, address, header, sizeof header);
    device_restart(world);
}

/* Whoever spoke last is right: the journal remembers what the header said when it was written. */
static void a_flag_that_was_flipped_can_be_set_again(void **state)
{
    struct world world;
    uint32_t address;
    uint32_t flags = 99;

    (void)state;
    device_start(&world, 0);
    assert_int_equal(install(&world, 1, 0, 5000, 1), 0);
    address = app_of(&world, 1).record.address;
    flip_enabled(&world, address);
    assert_int_equal(check(&world, &flags), STORE_CHECK_AGAIN);
    assert_int_equal(check(&world, &flags), STORE_CHECK_FLAGS);
    assert_int_equal(finish(&world, store_flags_begin(&world.store, address, flags)), 0);
    /* Enabled again in the journal, while the header says no. */
    assert_int_equal(finish(&world, store_flags_begin(&world.store, address, 1)), 0);
    device_restart(&world);
    assert_int_equal(check(&world, &flags), STORE_CHECK_AGAIN);
    assert_int_equal(check(&world, &flags), STORE_CHECK_WHOLE);
    assert_int_equal(app_of(&world, 1).record.flags, 1);
    /* Disabled in the journal; then the tool enables: its header is as signed. */
    assert_int_equal(finish(&world, store_flags_begin(&world.store, address, 0)), 0);
    flip_enabled(&world, address);
    assert_int_equal(check(&world, &flags), STORE_CHECK_FLAGS);
    assert_int_equal(flags, 1);
    assert_int_equal(finish(&world, store_flags_begin(&world.store, address, flags)), 0);
    device_restart(&world);
    assert_int_equal(check(&world, &flags), STORE_CHECK_WHOLE);
    assert_int_equal(app_of(&world, 1).record.flags, 1);
    world_free(&world);
}

static void padding_in_place_of_an_app_means_removed(void **state)
{
    struct world world;
    uint8_t header[16];
    uint32_t replaces;

    (void)state;
    device_start(&world, 0);
    assert_int_equal(install(&world, 1, 3, 5000, 1), 0);
    tbf_write_padding(header, 5000);
    poke(&world, app_of(&world, 1).record.address, header, sizeof header);
    device_restart(&world);
    assert_int_equal(store_app_count(&world.store), 0);
    assert_int_equal(decide(&world, 1, OWNER, 2, 1, &replaces), STORE_E_OLDER);
    world_free(&world);
}

static void an_object_found_in_a_gap_can_be_adopted(void **state)
{
    struct world world;
    struct store_app app;
    struct store_app_record record = {
        .short_id = 3, .owner = OWNER, .status = STORE_ACCEPTED, .flags = STORE_FLAG_ENABLED};

    (void)state;
    device_start(&world, 0);
    world_object(world.object, 3, 0, 4096, 1);
    poke(&world, world.config.apps.address, world.object, 4096);
    device_restart(&world);
    assert_int_equal(store_app_at(&world.store, 0, &app), 0);
    assert_int_equal(app.state, STORE_VERIFY);
    assert_false(app.recorded);
    record.address = app.record.address;
    record.size = 4096;
    record.space = app.record.space;
    record.hashed = 4096;
    assert_int_equal(finish(&world, store_adopt_begin(&world.store, &record)), 0);
    device_restart(&world);
    assert_int_equal(app_of(&world, 3).state, STORE_UNCHECKED);
    world_free(&world);
}

static void a_refused_object_is_kept_and_can_be_removed(void **state)
{
    struct world world;
    struct store_app app;

    (void)state;
    device_start(&world, 0);
    world_object(world.object, 3, 0, 4096, 1);
    poke(&world, world.config.apps.address, world.object, 4096);
    device_restart(&world);
    assert_int_equal(store_refuse(&world.store, world.config.apps.address, -201), 0);
    assert_int_equal(store_app_at(&world.store, 0, &app), 0);
    assert_int_equal(app.state, STORE_DAMAGED);
    assert_int_equal(app.refused, -201);
    assert_int_equal(install(&world, 1, 0, 4096, 1), 0);
    world_object(world.object, 3, 0, 4096, 1);
    assert_memory_equal(nor_at(&world.nor, world.config.apps.address) + 16, world.object + 16,
                        4080); /* untouched, unasked */
    assert_int_equal(finish(&world, store_remove_begin(&world.store, world.config.apps.address)),
                     0);
    device_restart(&world);
    assert_int_equal(store_app_count(&world.store), 1);
    world_free(&world);
}

/* Headers that must neither stop the walk for ever nor lead it out of the region. */
static void a_hostile_app_region_does_no_harm(void **state)
{
    static const uint32_t sizes[] = {0,          4,           15,         16,         0x7FFFFFFF,
                                     0xFFFFFFFF, 0xFFFFFFF0u, 0x00010000, 0x00010001, 0x0000FFF8};
    struct world world;
    uint32_t random = 1;

    (void)state;
    device_start(&world, 0);
    for (unsigned round = 0; round < 400; round++) {
        uint32_t at = world.config.apps.address + (round % 7) * 4096;
        uint8_t header[16];

        bytes_put_u16(header, 2);
        bytes_put_u16(header + 2, round % 3 == 0 ? 16 : (uint16_t)(round * 4));
        bytes_put_u32(header + 4, sizes[round % (sizeof sizes / sizeof sizes[0])]);
        bytes_put_u32(header + 8, random);
        random = random * 1664525u + 1013904223u;
        bytes_put_u32(header + 12, round % 2 == 0 ? tbf_checksum(header, 16) : random);
        poke(&world, at, header, sizeof header);
        device_restart(&world);
        assert_true(store_app_count(&world.store) <= STORE_APPS_MAX);
        (void)install(&world, 1, 0, 3000, round);
        (void)take(&world, STEP_REMOVE, 1, 0, 0, 0);
    }
    assert_null(world.nor.violation);
    world_free(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decisions_about_an_installed_app),
        cmocka_unit_test(floor_and_owner_outlive_removal),
        cmocka_unit_test(identities_are_bounded),
        cmocka_unit_test(sixteen_apps_and_no_more),
        cmocka_unit_test(an_update_keeps_the_flags),
        cmocka_unit_test(whole_and_damaged_apps_are_told_apart),
        cmocka_unit_test(a_flag_flipped_in_the_header_is_understood),
        cmocka_unit_test(a_flag_that_was_flipped_can_be_set_again),
        cmocka_unit_test(padding_in_place_of_an_app_means_removed),
        cmocka_unit_test(an_object_found_in_a_gap_can_be_adopted),
        cmocka_unit_test(a_refused_object_is_kept_and_can_be_removed),
        cmocka_unit_test(a_hostile_app_region_does_no_harm),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
