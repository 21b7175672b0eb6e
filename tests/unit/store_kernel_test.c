// SPDX-License-Identifier: Apache-2.0
/* The record of the kernels, and a bootloader that mounts the journal alone. */
#include "store_support.h"

#include <store/kernel.h>

static struct world world;

static int put(const struct store_kernel *kernel)
{
    return finish(&world, store_kernel_put_begin(&world.store, kernel));
}

/* Power off and on; the journal is mounted as a bootloader does. */
static void mount_journal(void)
{
    nor_power_up(&world.nor, NOR_WEAK_ERASED, 1);
    assert_int_equal(store_mount_journal_begin(&world.store, &world.config), 0);
    assert_int_equal(store_wait(&world.store), 0);
}

static void nothing_is_known_without_a_record(void **state)
{
    struct store_kernel kernel;

    (void)state;
    device_start(&world, 0);
    assert_false(store_kernel_get(&world.store, &kernel));
    assert_int_equal(kernel.active, STORE_SLOT_NONE);
    assert_int_equal(kernel.phase, STORE_KERNEL_SETTLED);
    assert_int_equal(kernel.floor, 0);
    world_free(&world);
}

static void what_is_put_is_got(void **state)
{
    const struct store_kernel put_in = {.active = 1,
                                        .candidate = 0,
                                        .phase = STORE_KERNEL_STARTED,
                                        .floor = 0x12345678,
                                        .digest = {1, 2, 3}};
    struct store_kernel kernel;

    (void)state;
    device_start(&world, 0);
    assert_int_equal(put(&put_in), 0);
    device_restart(&world);
    assert_true(store_kernel_get(&world.store, &kernel));
    assert_int_equal(kernel.active, put_in.active);
    assert_int_equal(kernel.candidate, put_in.candidate);
    assert_int_equal(kernel.phase, put_in.phase);
    assert_int_equal(kernel.floor, put_in.floor);
    assert_memory_equal(kernel.digest, put_in.digest, sizeof kernel.digest);
    world_free(&world);
}

static void what_cannot_be_is_not_put(void **state)
{
    static const struct store_kernel odd[] = {
        {.active = 2, .candidate = STORE_SLOT_NONE},
        {.active = 0, .candidate = 1},
        {.active = 0, .candidate = 0, .phase = STORE_KERNEL_DUE},
        {.active = 0, .candidate = STORE_SLOT_NONE, .phase = STORE_KERNEL_DUE},
        {.active = 0, .candidate = 1, .phase = STORE_KERNEL_REJECTED + 1},
    };
    uint8_t body[STORE_KERNEL_BODY] = {7, 7, 7};
    struct store_kernel kernel;

    (void)state;
    device_start(&world, 0);
    for (unsigned i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        assert_int_equal(put(&odd[i]), STORE_E_ARGUMENT);
    }
    /* Nor believed when somebody else put it. */
    assert_int_equal(
        finish(&world, store_put_begin(&world.store, STORE_RECORD_KERNEL, 0, body, sizeof body)),
        0);
    assert_false(store_kernel_get(&world.store, &kernel));
    world_free(&world);
}

static void a_candidate_is_known_by_its_digest(void **state)
{
    struct store_kernel kernel = {
        .active = 0, .candidate = 1, .phase = STORE_KERNEL_DUE, .digest = {9}};
    const uint8_t digest[STORE_DIGEST_SIZE] = {9};
    const uint8_t other[STORE_DIGEST_SIZE] = {8};

    (void)state;
    assert_true(store_kernel_is_candidate(&kernel, 1, digest));
    assert_false(store_kernel_is_candidate(&kernel, 1, other));
    assert_false(store_kernel_is_candidate(&kernel, 0, digest));
    kernel.digest[0] = 0;
    assert_true(store_kernel_is_candidate(&kernel, 1, other));
}

/* A bootloader writes the record, also when that takes compaction, and power goes at each step of
 * it. */
static void a_bootloader_keeps_what_it_does_not_know(void **state)
{
    struct store_kernel kernel = {
        .active = 0, .candidate = 1, .phase = STORE_KERNEL_DUE, .floor = 1};
    uint32_t compactions = 0;

    (void)state;
    for (unsigned layout = 0; layout < world_layout_count; layout++) {
        device_start(&world, layout);
        assert_int_equal(install(&world, 1, 3, 5000, 1), 0);
        assert_int_equal(install(&world, 2, 0, 3000, 2), 0);
        assert_int_equal(take(&world, STEP_REMOVE, 2, 0, 0, 0), 0);
        for (uint32_t i = 0; i < 40; i++) {
            uint32_t generation;

            mount_journal();
            generation = world.store.generation;
            kernel.floor++;
            nor_plan(&world.nor, i % 7, NOR_CUT_TORN);
            (void)put(&kernel);
            if (world.nor.dead) {
                mount_journal();
                assert_int_equal(put(&kernel), 0);
            }
            compactions += world.store.generation - generation;
        }
        assert_null(world.nor.violation);
        device_restart(&world);
        assert_true(store_kernel_get(&world.store, &kernel));
        assert_int_equal(app_of(&world, 1).record.version, 3);
        assert_int_equal(store_app_count(&world.store), 1);
        world_free(&world);
    }
    assert_true(compactions > world_layout_count);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_known_without_a_record),
        cmocka_unit_test(what_is_put_is_got),
        cmocka_unit_test(what_cannot_be_is_not_put),
        cmocka_unit_test(a_candidate_is_known_by_its_digest),
        cmocka_unit_test(a_bootloader_keeps_what_it_does_not_know),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
