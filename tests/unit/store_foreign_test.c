// SPDX-License-Identifier: Apache-2.0
/*
 * After a foreign session the list is right: what a legacy tool wrote, moved and took off is what
 * there is; what the journal knew of an app goes with it.
 */
#include "store_support.h"

#include <tbf/write.h>

#define OWNER 7u
enum { SIZE = 4096, OBJECTS = 4 };

static struct world world;
static uint8_t image[0x10000]; /* the app region, as a tool sees and writes it */

static int set_up(void **state)
{
    (void)state;
    device_start(&world, 0);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    world_free(&world);
    return 0;
}

static uint32_t base(void)
{
    return world.config.apps.address;
}

/* A tool is let in and reads everything. */
static void tool_comes(void)
{
    assert_int_equal(finish(&world, store_foreign_begin(&world.store)), 0);
    memcpy(image, nor_at(&world.nor, base()), sizeof image);
}

/* It has written everything, and the device starts anew. */
static void tool_goes(void)
{
    poke(&world, base(), image, sizeof image);
    device_restart(&world);
    assert_true(store_is_foreign(&world.store));
}

/* The digest of the next app to be checked is computed and reported. */
static int check(uint32_t *flags)
{
    struct store_check next;
    uint8_t object[WORLD_OBJECT_MAX];
    uint8_t digest[STORE_DIGEST_SIZE];

    assert_int_equal(store_check_next(&world.store, &next), 0);
    memcpy(object, nor_at(&world.nor, next.address), next.length);
    if (next.patched) {
        memcpy(object + 8, next.words, sizeof next.words);
    }
    world_digest(object, next.length, digest);
    return store_check_result(&world.store, next.address, digest, flags);
}

static enum store_state state_at(uint32_t offset)
{
    struct store_app app;

    assert_int_equal(store_app_find(&world.store, base() + offset, &app), 0);
    return app.state;
}

static bool is_known(uint32_t id, uint32_t floor)
{
    uint32_t owner;
    uint32_t lowest;

    return store_identity_find(&world.store, id, &owner, &lowest) == 0 && owner == OWNER &&
           lowest == floor;
}

/* Three apps of one page each, in the order of their ShortIDs. */
static void three_apps(void)
{
    for (uint32_t id = 1; id <= 3; id++) {
        assert_int_equal(install(&world, id, id, SIZE, id), 0);
        assert_int_equal(app_of(&world, id).record.address, base() + (id - 1) * SIZE);
    }
}

static void end_session(void)
{
    assert_int_equal(finish(&world, store_foreign_end_begin(&world.store)), 0);
    device_restart(&world);
    assert_false(store_is_foreign(&world.store));
    assert_null(world.nor.violation);
}

static void another_app_in_its_place(void **state)
{
    (void)state;
    three_apps();
    tool_comes();
    world_object(image + SIZE, 5, 0, SIZE, 9);
    tool_goes();
    assert_int_equal(state_at(0), STORE_UNCHECKED);
    assert_int_equal(state_at(SIZE), STORE_VERIFY);
    assert_int_equal(state_at(2 * SIZE), STORE_UNCHECKED);
    assert_int_equal(store_app_count(&world.store), 3);
    assert_true(is_known(2, 2));
    end_session();
    assert_int_equal(state_at(SIZE), STORE_VERIFY);
}

/* The holes are squeezed out: everything behind moves down. */
static void apps_that_move_down_are_followed(void **state)
{
    (void)state;
    three_apps();
    assert_int_equal(take(&world, STEP_FLAGS, 3, 0, 0, 2), 0);
    tool_comes();
    bytes_move(image, image + SIZE, 2 * SIZE);
    memset(image + 2 * SIZE, 0xFF, SIZE);
    tool_goes();
    assert_int_equal(store_app_count(&world.store), 2);
    assert_int_equal(app_of(&world, 2).record.address, base());
    assert_int_equal(app_of(&world, 3).record.address, base() + SIZE);
    assert_int_equal(app_of(&world, 3).record.flags, 2);
    assert_int_equal(app_of(&world, 3).record.floor, 3);
    assert_int_equal(check(NULL), STORE_CHECK_WHOLE);
    assert_int_equal(check(NULL), STORE_CHECK_WHOLE);
    assert_true(is_known(1, 1));
    end_session();
    assert_int_equal(app_of(&world, 2).record.address, base());
}

/* A larger app comes first: everything moves up, onto places that others had. */
static void apps_that_move_up_are_followed(void **state)
{
    (void)state;
    three_apps();
    tool_comes();
    bytes_move(image + SIZE, image, 3 * SIZE);
    world_object(image, 5, 0, SIZE, 9);
    tool_goes();
    assert_int_equal(store_app_count(&world.store), 4);
    assert_int_equal(state_at(0), STORE_VERIFY);
    for (uint32_t id = 1; id <= 3; id++) {
        assert_int_equal(app_of(&world, id).record.address, base() + id * SIZE);
        assert_int_equal(check(NULL), STORE_CHECK_WHOLE);
    }
}

static void apps_that_change_places_are_found(void **state)
{
    (void)state;
    three_apps();
    tool_comes();
    world_object(image, 3, 3, SIZE, 3);
    world_object(image + 2 * SIZE, 1, 1, SIZE, 1);
    tool_goes();
    assert_int_equal(store_app_count(&world.store), 3);
    assert_int_equal(app_of(&world, 3).record.address, base());
    assert_int_equal(state_at(2 * SIZE), STORE_VERIFY); /* its place was taken: verified anew */
    assert_true(is_known(1, 1));
}

static void a_moved_app_with_a_flag_flipped(void **state)
{
    uint32_t flags = 99;

    (void)state;
    three_apps();
    tool_comes();
    bytes_move(image, image + SIZE, 2 * SIZE);
    memset(image + 2 * SIZE, 0xFF, SIZE);
    image[SIZE + 8] ^= 1;
    image[SIZE + 12] ^= 1;
    tool_goes();
    assert_int_equal(check(&flags), STORE_CHECK_WHOLE);
    assert_int_equal(check(&flags), STORE_CHECK_AGAIN);
    assert_int_equal(check(&flags), STORE_CHECK_FLAGS);
    assert_int_equal(flags, 0);
    assert_int_equal(app_of(&world, 3).record.address, base() + SIZE);
}

/* The tool's way to erase all: the first page. What lies behind is not in its list. */
static void an_erased_list_is_empty(void **state)
{
    (void)state;
    three_apps();
    tool_comes();
    memset(image, 0xFF, 512);
    tool_goes();
    assert_int_equal(store_app_count(&world.store), 0);
    for (uint32_t id = 1; id <= 3; id++) {
        assert_true(is_known(id, id));
    }
    end_session();
    assert_int_equal(store_app_count(&world.store), 0);
    /* Nothing of it comes back behind what is installed later. */
    assert_int_equal(install(&world, 4, 0, SIZE, 4), 0);
    device_restart(&world);
    assert_int_equal(store_app_count(&world.store), 1);
}

/* Padding that the tool left is not touched: it knows the list as it is. */
static void padding_stays_as_the_tool_left_it(void **state)
{
    uint32_t before;

    (void)state;
    three_apps();
    tool_comes();
    memset(image + SIZE, 0xFF, 512);
    tbf_write_padding(image + SIZE, SIZE);
    tool_goes();
    before = world.nor.erasures;
    assert_int_equal(store_app_count(&world.store), 2);
    assert_true(is_known(2, 2));
    assert_memory_equal(nor_at(&world.nor, base()), image, sizeof image);
    device_restart(&world);
    assert_true(world.nor.erasures - before <= 1); /* the journal's, if any */
    assert_memory_equal(nor_at(&world.nor, base()), image, sizeof image);
}

/* Its header is as it was and its bytes are not: refused, and what is known of it stays. */
static void other_bytes_behind_the_same_header(void **state)
{
    (void)state;
    three_apps();
    tool_comes();
    image[SIZE + 2000] ^= 1;
    tool_goes();
    assert_int_equal(check(NULL), STORE_CHECK_WHOLE);
    assert_int_equal(check(NULL), STORE_CHECK_DAMAGED);
    assert_int_equal(state_at(SIZE), STORE_VERIFY);
    assert_int_equal(store_refuse(&world.store, base() + SIZE, -1), 0);
    for (uint32_t i = 0; i < 300; i++) { /* also through compaction */
        assert_int_equal(take(&world, STEP_PUT, 0, 0, 0, i + 1), 0);
    }
    end_session();
    assert_true(is_known(2, 2));
    tool_comes();
    world_object(image + SIZE, 2, 1, SIZE, 2); /* an older version of it */
    tool_goes();
    assert_int_equal(state_at(SIZE), STORE_VERIFY);
    assert_true(is_known(2, 2));
}

/* A second copy at another place does not take anything away from the first. */
static void a_copy_is_verified(void **state)
{
    (void)state;
    three_apps();
    tool_comes();
    memcpy(image + 3 * SIZE, image, SIZE);
    tool_goes();
    assert_int_equal(app_of(&world, 1).record.address, base());
    assert_int_equal(state_at(3 * SIZE), STORE_VERIFY);
    assert_int_equal(store_app_count(&world.store), 4);
}

/* A reshuffle with everything in it: one app gone, the others moved, one new. */
static void reshuffled(void)
{
    assert_int_equal(store_app_count(&world.store), 3);
    assert_int_equal(state_at(0), STORE_VERIFY);
    assert_int_equal(app_of(&world, 1).record.address, base() + SIZE);
    assert_int_equal(app_of(&world, 3).record.address, base() + 2 * SIZE);
    assert_true(is_known(1, 1));
    assert_true(is_known(2, 2));
    assert_true(is_known(3, 3));
    assert_memory_equal(nor_at(&world.nor, base()), image, sizeof image);
    assert_null(world.nor.violation);
}

/* Power goes at each operation of the mount that follows the tool, in each way; and then again. */
static void power_cuts_while_the_list_is_followed(void **state)
{
    struct nor before;
    unsigned cuts = 0;

    (void)state;
    three_apps();
    tool_comes();
    bytes_move(image + SIZE, image, SIZE);
    world_object(image, 5, 0, SIZE, 9);
    poke(&world, base(), image, sizeof image);
    nor_init(&before, world.nor.geometry);
    nor_copy(&before, &world.nor);
    for (unsigned kind = 0; kind < NOR_CUTS; kind++) {
        for (uint32_t first = 0;; first++) {
            bool survived;

            nor_copy(&world.nor, &before);
            nor_power_up(&world.nor, NOR_WEAK_RANDOM, first);
            nor_plan(&world.nor, first, (enum nor_cut)kind);
            survived = world_mount(&world) == 0 && !world.nor.dead;
            nor_power_up(&world.nor, NOR_WEAK_RANDOM, first + 1);
            nor_plan(&world.nor, first / 2, (enum nor_cut)kind);
            (void)world_mount(&world);
            device_restart(&world);
            reshuffled();
            cuts++;
            if (survived) {
                break;
            }
        }
    }
    assert_true(cuts > 4 * NOR_CUTS);
    nor_free(&before);
}

/* As a bootloader does: the journal alone, and the note in it. */
static void tool_comes_before_any_kernel(void)
{
    struct store journal;

    assert_int_equal(store_mount_journal_begin(&journal, &world.config), 0);
    assert_int_equal(store_wait(&journal), 0);
    assert_int_equal(store_foreign_begin(&journal), 0);
    assert_int_equal(store_wait(&journal), 0);
    memcpy(image, nor_at(&world.nor, base()), sizeof image);
}

/*
 * An update is cut after it happened and before its old place is padding: what a tool then writes
 * there is in its list, and stays.
 */
static void a_place_that_is_due_to_become_padding(void **state)
{
    struct nor before;
    struct nor after;
    unsigned found = 0;
    bool whole = false;

    (void)state;
    assert_int_equal(install(&world, 1, 1, SIZE, 1), 0);
    nor_init(&before, world.nor.geometry);
    nor_init(&after, world.nor.geometry);
    nor_copy(&before, &world.nor);
    for (uint32_t cut = 0; !whole; cut++) {
        nor_copy(&world.nor, &before);
        device_restart(&world);
        nor_plan(&world.nor, cut, NOR_CUT_BEFORE);
        whole = install(&world, 1, 2, SIZE, 2) == 0;
        nor_power_up(&world.nor, NOR_WEAK_RANDOM, cut);
        nor_copy(&after, &world.nor);
        device_restart(&world);
        if (app_of(&world, 1).record.version != 2) {
            continue;
        }
        nor_copy(&world.nor, &after);
        nor_power_up(&world.nor, NOR_WEAK_RANDOM, cut);
        tool_comes_before_any_kernel();
        world_object(image, 5, 0, SIZE, 9);
        tool_goes();
        assert_int_equal(state_at(0), STORE_VERIFY);
        assert_int_equal(app_of(&world, 1).record.address, base() + SIZE);
        assert_memory_equal(nor_at(&world.nor, base()), image, sizeof image);
        end_session();
        assert_memory_equal(nor_at(&world.nor, base()), image, sizeof image);
        found++;
    }
    assert_true(found > 1);
    nor_free(&before);
    nor_free(&after);
}

static void a_lock_locks_and_so_does_a_journal_that_cannot_tell(void **state)
{
    static const uint8_t body[16] = {0};
    struct store nothing = {0};

    (void)state;
    assert_true(store_is_locked(&nothing));
    assert_false(store_is_locked(&world.store));
    assert_int_equal(
        finish(&world, store_put_begin(&world.store, STORE_RECORD_LOCK, 0, body, sizeof body)), 0);
    assert_true(store_is_locked(&world.store));
    device_restart(&world);
    assert_true(store_is_locked(&world.store));
}

/* Whatever a tool leaves behind: the list can be mounted, twice with the same result. */
static void any_list_can_be_mounted(void **state)
{
    uint32_t random = 3;

    (void)state;
    three_apps();
    tool_comes();
    for (unsigned round = 0; round < 200; round++) {
        uint32_t count;

        for (uint32_t at = 0; at < 12 * SIZE; at += 512) {
            random = random * 1664525u + 1013904223u;
            switch (random >> 28) {
            case 0:
                world_object(image + at, 1 + (random >> 8) % 6, (random >> 12) % 4, SIZE, 1);
                break;
            case 1:
                memset(image + at, 0xFF, 512);
                tbf_write_padding(image + at, 512u << (random >> 8) % 4);
                break;
            case 2:
                memset(image + at, 0xFF, 512);
                break;
            case 3:
                image[at + 8] ^= 1;
                image[at + 12] ^= 1;
                break;
            default:
                break;
            }
        }
        tool_goes();
        count = store_app_count(&world.store);
        device_restart(&world);
        assert_int_equal(store_app_count(&world.store), count);
        assert_memory_equal(nor_at(&world.nor, base()), image, sizeof image);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(another_app_in_its_place, set_up, tear_down),
        cmocka_unit_test_setup_teardown(apps_that_move_down_are_followed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(apps_that_move_up_are_followed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(apps_that_change_places_are_found, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_moved_app_with_a_flag_flipped, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_erased_list_is_empty, set_up, tear_down),
        cmocka_unit_test_setup_teardown(padding_stays_as_the_tool_left_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(other_bytes_behind_the_same_header, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_copy_is_verified, set_up, tear_down),
        cmocka_unit_test_setup_teardown(power_cuts_while_the_list_is_followed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_place_that_is_due_to_become_padding, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_lock_locks_and_so_does_a_journal_that_cannot_tell, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(any_list_can_be_mounted, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
