// SPDX-License-Identifier: Apache-2.0
/*
 * What a mount must not believe: the four things that power may have cut as they were written. Each
 * has a test of the rule in docs/store.md, and where a second cut can make it visible, of the harm.
 */
#include "store_support.h"

#include <store/record.h>

static struct world world;

static int put(uint32_t value)
{
    return take(&world, STEP_PUT, 0, 0, 0, value);
}

static uint32_t attribute(void)
{
    struct store_frame frame;

    return store_find(&world.store, STORE_RECORD_ATTRIBUTE, 3, &frame) == 0
               ? bytes_get_u32(frame.body)
               : 0;
}

/* Power off at an operation of a step, and on again; false when the step has no such operation. */
static bool cut(const struct step *step, uint32_t operation, enum nor_cut kind, enum nor_weak weak)
{
    bool dead;

    nor_plan(&world.nor, operation, kind);
    (void)world_take(&world, step);
    dead = world.nor.dead;
    nor_power_up(&world.nor, weak, operation + 1);
    return dead;
}

static void the_first_thing_after_a_mount_is_a_start_mark(void **state)
{
    (void)state;
    for (unsigned layout = 0; layout < world_layout_count; layout++) {
        uint8_t marked;
        uint32_t tail;

        device_start(&world, layout);
        marked = (uint8_t)~world.nor.geometry->erase_value;
        for (uint32_t i = 1; i < 5; i++) {
            /* What was written before is certain by now: the second mount has nothing to settle. */
            assert_int_equal(put(i), 0);
            device_restart(&world);
            tail = world.store.tail;
            assert_int_equal(put(100 + i), 0);
            for (uint32_t k = 0; k < world.store.unit; k++) {
                assert_int_equal(
                    *nor_at(&world.nor,
                            world.config.journal[world.store.active].address + tail + k),
                    marked);
            }
            /* Once is enough. */
            tail = world.store.tail;
            assert_int_equal(put(200 + i), 0);
            assert_int_not_equal(
                *nor_at(&world.nor, world.config.journal[world.store.active].address + tail),
                marked);
            assert_int_equal(attribute(), 200 + i);
        }
        world_free(&world);
    }
}

/* A write that was cut as it began reads erased, is written over, and reads programmed later. */
static void a_write_that_was_not_there_cannot_turn_up_later(void **state)
{
    const struct step step = {STEP_PUT, 0, 0, 0, 2};

    (void)state;
    for (unsigned layout = 0; layout < world_layout_count; layout++) {
        bool more = true;

        for (uint32_t operation = 0; more; operation++) {
            for (unsigned weak = 0; weak < NOR_WEAKS; weak++) {
                device_start(&world, layout);
                assert_int_equal(put(1), 0);
                device_restart(&world);
                more = cut(&step, operation, NOR_CUT_FAINT, NOR_WEAK_ERASED);
                assert_int_equal(world_mount(&world), 0);
                assert_int_equal(put(3), 0);
                assert_null(world.nor.violation);
                nor_power_up(&world.nor, (enum nor_weak)weak, operation);
                assert_int_equal(world_mount(&world), 0);
                assert_false(store_is_damaged(&world.store));
                assert_int_equal(attribute(), 3);
                assert_int_equal(put(4), 0);
                assert_null(world.nor.violation);
                world_free(&world);
            }
        }
    }
}

static void a_torn_tail_is_left_behind_before_anything_is_written(void **state)
{
    const struct step step = {STEP_PUT, 0, 0, 0, 2};
    unsigned torn = 0;

    (void)state;
    for (uint32_t operation = 0; operation < 8; operation++) {
        uint32_t generation;

        device_start(&world, 0);
        assert_int_equal(put(1), 0);
        generation = world.store.generation;
        /* A seal of which any bit is certain counts. */
        if (cut(&step, operation, operation == 0 ? NOR_CUT_TORN : NOR_CUT_FAINT, NOR_WEAK_ERASED)) {
            torn++;
            assert_int_equal(world_mount(&world), 0);
            assert_int_equal(world.store.generation, generation + 1);
            assert_in_range(attribute(), 1, 2);
            assert_int_equal(put(3), 0);
            assert_int_equal(attribute(), 3);
            assert_null(world.nor.violation);
        }
        world_free(&world);
    }
    assert_int_equal(torn, 2); /* the record, and its seal */
}

/* The mark that a place is padding was cut, or never made. */
static void a_place_that_is_due_to_become_padding_is_settled_first(void **state)
{
    const struct step step = {STEP_REMOVE, 1, 0, 0, 0};
    unsigned due = 0;
    bool more = true;

    (void)state;
    for (uint32_t operation = 0; more; operation++) {
        uint32_t generation;
        struct store_frame frame;

        device_start(&world, 0);
        assert_int_equal(install(&world, 1, 1, 5000, 1), 0);
        generation = world.store.generation;
        more = cut(&step, operation, NOR_CUT_BEFORE, NOR_WEAK_ERASED);
        assert_int_equal(world_mount(&world), 0);
        assert_null(world.nor.violation);
        if (store_find(&world.store, STORE_RECORD_IDENTITY, 1, &frame) == 0 && more) {
            /* Removed, and its place was not noted as padding: the other half takes over. */
            assert_int_equal(world.store.generation, generation + 1);
            assert_int_equal(store_app_count(&world.store), 0);
            due++;
        }
        device_restart(&world);
        assert_in_range(world.store.generation, generation, generation + 1); /* settled for good */
        world_free(&world);
    }
    assert_in_range(due, 3, 5); /* the erasure, the padding, the mark */
}

static void a_resumed_transfer_is_settled_before_its_first_block(void **state)
{
    static uint8_t object[12288];
    uint8_t digest[STORE_DIGEST_SIZE];
    struct store_transfer transfer;
    struct store_place place;
    uint32_t generation;

    (void)state;
    device_start(&world, 0);
    assert_int_equal(install(&world, 1, 1, 5000, 1), 0);
    world_object(object, 2, 1, sizeof object, 1);
    world_digest(object, sizeof object, digest);
    assert_int_equal(store_place(&world.store, sizeof object, STORE_NONE, NULL, &place, NULL), 0);
    assert_int_equal(finish(&world, store_transfer_begin(&world.store, &place, sizeof object,
                                                         sizeof object, digest)),
                     0);
    generation = world.store.generation;
    assert_int_equal(
        finish(&world, store_transfer_write(&world.store, 0, object + 4096, 4096, 4096)), 0);
    assert_int_equal(world.store.generation, generation); /* nothing was in doubt */
    device_restart(&world);
    assert_int_equal(world.store.generation, generation); /* reading settles nothing */
    assert_int_equal(store_transfer_find(&world.store, &transfer), 0);
    assert_int_equal(transfer.position, 4096);
    assert_int_equal(
        finish(&world, store_transfer_write(&world.store, 4096, object + 8192, 4096, 8192)), 0);
    assert_int_equal(world.store.generation, generation + 1);
    assert_int_equal(finish(&world, store_transfer_write(&world.store, 8192, object, 4096, 12288)),
                     0);
    assert_int_equal(world.store.generation, generation + 1); /* once */
    assert_int_equal(store_transfer_find(&world.store, &transfer), 0);
    assert_int_equal(transfer.position, sizeof object);
    assert_memory_equal(nor_at(&world.nor, place.address), object, sizeof object);
    world_free(&world);
}

/*
 * A page is noted, the note is cut and reads as erased, the page is erased again, which is cut, and
 * the note turns up: then the transfer would go on behind a page that holds nothing.
 */
static void a_note_that_was_cut_cannot_turn_up_over_an_erased_page(void **state)
{
    const struct step step = {STEP_INSTALL, 2, 1, 12288, 1};
    bool more = true;

    (void)state;
    for (uint32_t first = 0; more; first++) {
        bool again = true;

        for (uint32_t second = 0; again; second++) {
            struct store_app app;

            device_start(&world, 0);
            more = cut(&step, first, NOR_CUT_FAINT, NOR_WEAK_ERASED);
            assert_int_equal(world_mount(&world), 0);
            again = cut(&step, second, NOR_CUT_TORN, NOR_WEAK_PROGRAMMED);
            assert_int_equal(world_mount(&world), 0);
            assert_int_equal(world_take(&world, &step), 0);
            app = app_of(&world, 2);
            world_object(world.object, 2, 1, 12288, 1);
            assert_memory_equal(nor_at(&world.nor, app.record.address), world.object, 12288);
            assert_null(world.nor.violation);
            world_free(&world);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_thing_after_a_mount_is_a_start_mark),
        cmocka_unit_test(a_write_that_was_not_there_cannot_turn_up_later),
        cmocka_unit_test(a_torn_tail_is_left_behind_before_anything_is_written),
        cmocka_unit_test(a_place_that_is_due_to_become_padding_is_settled_first),
        cmocka_unit_test(a_resumed_transfer_is_settled_before_its_first_block),
        cmocka_unit_test(a_note_that_was_cut_cannot_turn_up_over_an_erased_page),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
