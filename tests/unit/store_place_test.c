// SPDX-License-Identifier: Apache-2.0
/* Placement and transfers. */
#include "store_support.h"

#include <base/checked.h>

#define PAGE 4096u

static int place(struct world *world, uint32_t size, struct store_place *where,
                 struct store_space *space)
{
    return store_place(&world->store, size, STORE_NONE, NULL, where, space);
}

static void what_is_left_over_can_hold_padding(void **state)
{
    struct world world;
    struct store_place where;

    (void)state;
    device_start(&world, 0);
    for (uint32_t size = 16; size <= 3 * PAGE; size += 4) {
        assert_int_equal(place(&world, size, &where, NULL), 0);
        assert_int_equal(where.space % PAGE, 0);
        assert_true(where.space == size || where.space - size >= 16);
        assert_true(where.space < size + PAGE + 16);
    }
    assert_int_equal(place(&world, 4095, &where, NULL), STORE_E_ARGUMENT);
    assert_int_equal(place(&world, 12, &where, NULL), STORE_E_ARGUMENT);
    world_free(&world);
}

static void the_smallest_gap_that_fits_is_taken(void **state)
{
    struct world world;
    struct store_place where;
    struct store_space space;
    uint32_t hole;

    (void)state;
    device_start(&world, 0);
    assert_int_equal(install(&world, 1, 0, 3 * PAGE, 1), 0);
    assert_int_equal(install(&world, 2, 0, PAGE, 1), 0);
    assert_int_equal(install(&world, 3, 0, 2 * PAGE, 1), 0);
    assert_int_equal(install(&world, 4, 0, PAGE, 1), 0);
    hole = app_of(&world, 3).record.address;
    assert_int_equal(take(&world, STEP_REMOVE, 1, 0, 0, 0), 0);
    assert_int_equal(take(&world, STEP_REMOVE, 3, 0, 0, 0), 0);
    assert_int_equal(place(&world, 2 * PAGE, &where, NULL), 0);
    assert_int_equal(where.address, hole);
    assert_int_equal(place(&world, 16 * PAGE, &where, &space), STORE_E_SPACE);
    assert_int_equal(space.needed, 16 * PAGE);
    assert_int_equal(space.largest, 9 * PAGE);
    assert_int_equal(space.free, 14 * PAGE);
    world_free(&world);
}

static void removed_space_is_used_again(void **state)
{
    struct world world;

    (void)state;
    device_start(&world, 0);
    for (uint32_t round = 0; round < 40; round++) {
        assert_int_equal(install(&world, 1 + round % 7, round, 8 * PAGE, round), 0);
        assert_int_equal(app_of(&world, 1 + round % 7).record.address, world.config.apps.address);
        assert_int_equal(take(&world, STEP_REMOVE, 1 + round % 7, 0, 0, 0), 0);
    }
    world_free(&world);
}

/* Regions of a power of two, at multiples of their size. */
static bool power_of_two(const void *context, uint32_t address, uint32_t size)
{
    (void)context;
    return ck_is_power_of_two(size) && address % size == 0;
}

static bool never(const void *context, uint32_t address, uint32_t size)
{
    (void)context;
    (void)address;
    (void)size;
    return false;
}

static void the_rules_of_the_protection_unit_are_kept(void **state)
{
    static const struct store_rules rules = {power_of_two, NULL};
    static const struct store_rules none = {never, NULL};
    struct world world;
    struct store_place where;

    (void)state;
    device_start(&world, 0);
    assert_int_equal(install(&world, 1, 0, PAGE, 1), 0);
    assert_int_equal(store_place(&world.store, 4 * PAGE, STORE_NONE, &rules, &where, NULL), 0);
    assert_int_equal(where.address % (4 * PAGE), 0);
    assert_int_equal(where.gap_start, world.config.apps.address + PAGE);
    assert_int_equal(store_place(&world.store, 3 * PAGE, STORE_NONE, &rules, &where, NULL), 0);
    assert_int_equal(where.space, 4 * PAGE); /* rounded because the unit asks for it */
    assert_int_equal(store_place(&world.store, PAGE, STORE_NONE, &none, &where, NULL),
                     STORE_E_REGION);
    world_free(&world);
}

static void a_fixed_address_is_kept_or_refused(void **state)
{
    struct world world;
    struct store_place where;
    uint32_t fixed;

    (void)state;
    device_start(&world, 0);
    fixed = world.config.apps.address + 3 * PAGE;
    assert_int_equal(store_place(&world.store, PAGE, fixed, NULL, &where, NULL), 0);
    assert_int_equal(where.address, fixed);
    assert_int_equal(install(&world, 1, 0, 4 * PAGE, 1), 0);
    assert_int_equal(store_place(&world.store, PAGE, fixed, NULL, &where, NULL), STORE_E_SPACE);
    world_free(&world);
}

static void begin(struct world *world, uint32_t size, uint8_t *digest,
                  struct store_transfer *transfer)
{
    struct store_place where;

    world_object(world->object, 1, 0, size, 1);
    world_digest(world->object, size, digest);
    assert_int_equal(place(world, size, &where, NULL), 0);
    assert_int_equal(finish(world, store_transfer_begin(&world->store, &where, size, size, digest)),
                     0);
    assert_int_equal(store_transfer_find(&world->store, transfer), 0);
    assert_int_equal(transfer->position, 0);
}

/* Writes a block of the stream; everything before `complete` has arrived with it. */
static int block(struct world *world, const struct store_transfer *transfer, uint32_t position,
                 uint32_t length, uint32_t complete)
{
    uint8_t bytes[1024];

    for (uint32_t i = 0; i < length; i++) {
        bytes[i] = world->object[(position + i + transfer->rotate) % transfer->size];
    }
    return finish(world, store_transfer_write(&world->store, position, bytes, length, complete));
}

static void blocks_may_come_out_of_order_but_the_header_goes_last(void **state)
{
    struct world world;
    struct store_transfer transfer;
    uint8_t digest[STORE_DIGEST_SIZE];

    (void)state;
    device_start(&world, 0);
    begin(&world, 2 * PAGE + 2048, digest, &transfer);
    assert_int_equal(transfer.rotate, PAGE);
    assert_int_equal(block(&world, &transfer, 1024, 1024, 0), 0);
    assert_int_equal(block(&world, &transfer, 4096, 1024, 0), 0); /* the page after */
    assert_int_equal(block(&world, &transfer, 6144, 1024, 0), STORE_E_ORDER);
    assert_int_equal(block(&world, &transfer, 0, 1024, 2048), 0);
    for (uint32_t at = 2048; at < 4096; at += 1024) {
        assert_int_equal(block(&world, &transfer, at, 1024, at == 3072 ? 5120 : at + 1024), 0);
    }
    assert_int_equal(block(&world, &transfer, 6144, 1024, 5120), STORE_E_ORDER);
    assert_int_equal(store_transfer_finish(&world.store), STORE_E_ORDER);
    assert_int_equal(block(&world, &transfer, 5120, 1024, 6144), 0);
    for (uint32_t at = 6144; at < transfer.size; at += 1024) {
        assert_int_equal(block(&world, &transfer, at, 1024, at + 1024), 0);
    }
    assert_memory_equal(nor_at(&world.nor, transfer.address), world.object, transfer.size);
    assert_null(world.nor.violation);
    world_free(&world);
}

static void a_transfer_resumes_where_the_last_whole_page_ends(void **state)
{
    struct world world;
    struct store_transfer transfer;
    struct store_place where;
    uint8_t digest[STORE_DIGEST_SIZE];

    (void)state;
    device_start(&world, 0);
    begin(&world, 4 * PAGE, digest, &transfer);
    for (uint32_t at = 0; at < PAGE + 2048; at += 1024) {
        assert_int_equal(block(&world, &transfer, at, 1024, at + 1024), 0);
    }
    device_restart(&world);
    assert_int_equal(store_transfer_find(&world.store, &transfer), 0);
    assert_int_equal(transfer.position, PAGE);
    assert_memory_equal(transfer.digest, digest, sizeof digest);
    /* Its space is free for another, which cannot begin before this one is given up. */
    assert_int_equal(place(&world, 4 * PAGE, &where, NULL), 0);
    assert_int_equal(store_transfer_begin(&world.store, &where, 4 * PAGE, 4 * PAGE, digest),
                     STORE_E_TRANSFER);
    for (uint32_t at = transfer.position; at < transfer.size; at += 1024) {
        assert_int_equal(block(&world, &transfer, at, 1024, at + 1024), 0);
    }
    assert_memory_equal(nor_at(&world.nor, transfer.address), world.object, transfer.size);
    assert_int_equal(finish(&world, store_transfer_discard(&world.store)), 0);
    assert_int_equal(store_transfer_find(&world.store, &transfer), STORE_E_NOT_FOUND);
    device_restart(&world);
    assert_int_equal(store_app_count(&world.store), 0); /* and not found in the gap either */
    world_free(&world);
}

static void commit_demands_the_whole_transfer(void **state)
{
    struct world world;
    struct store_transfer transfer;
    struct store_app_record record = {.status = STORE_ACCEPTED, .replaces = STORE_NONE};
    uint8_t digest[STORE_DIGEST_SIZE];

    (void)state;
    device_start(&world, 0);
    assert_int_equal(store_commit_begin(&world.store, &record), STORE_E_ORDER);
    begin(&world, PAGE, digest, &transfer);
    record.address = transfer.address;
    record.size = PAGE;
    record.space = PAGE;
    record.hashed = PAGE;
    memcpy(record.digest, digest, sizeof digest);
    assert_int_equal(store_commit_begin(&world.store, &record), STORE_E_ORDER);
    for (uint32_t at = 0; at < PAGE; at += 1024) {
        assert_int_equal(block(&world, &transfer, at, 1024, at + 1024), 0);
    }
    record.digest[0] ^= 1;
    assert_int_equal(store_commit_begin(&world.store, &record), STORE_E_ARGUMENT);
    record.digest[0] ^= 1;
    assert_int_equal(finish(&world, store_commit_begin(&world.store, &record)), 0);
    world_free(&world);
}

/* The header goes first here; what the digest is, and what it covers, comes with the commit. */
static void an_unannounced_object_is_described_at_the_commit(void **state)
{
    struct world world;
    struct store_transfer transfer;
    struct store_place where;
    struct store_app_record record = {.status = STORE_ACCEPTED, .replaces = STORE_NONE};
    const uint32_t size = 2 * PAGE;

    (void)state;
    device_start(&world, 0);
    world_object(world.object, 1, 0, size, 1);
    assert_int_equal(place(&world, size, &where, NULL), 0);
    assert_int_equal(finish(&world, store_transfer_begin(&world.store, &where, size, 0, NULL)), 0);
    assert_int_equal(store_transfer_find(&world.store, &transfer), 0);
    assert_int_equal(transfer.hashed, 0);
    assert_int_equal(transfer.rotate, 0);
    record.address = transfer.address;
    record.size = size;
    record.space = transfer.space;
    record.hashed = size - 72;
    world_digest(world.object, record.hashed, record.digest);
    for (uint32_t at = 0; at < size; at += 1024) {
        assert_int_equal(store_commit_begin(&world.store, &record), STORE_E_ORDER);
        assert_int_equal(block(&world, &transfer, at, 1024, at + 1024), 0);
    }
    assert_memory_equal(nor_at(&world.nor, transfer.address), world.object, size);
    record.hashed = size + 4;
    assert_int_equal(store_commit_begin(&world.store, &record), STORE_E_ARGUMENT);
    record.hashed = 12;
    assert_int_equal(store_commit_begin(&world.store, &record), STORE_E_ARGUMENT);
    record.hashed = size - 72;
    assert_int_equal(finish(&world, store_commit_begin(&world.store, &record)), 0);
    device_restart(&world);
    assert_int_equal(store_app_count(&world.store), 1);
    world_free(&world);
}

static void a_kernel_goes_into_its_slot(void **state)
{
    struct world world;
    struct store_extent slot;
    struct store_place where;
    struct store_transfer transfer;
    uint8_t digest[STORE_DIGEST_SIZE];

    (void)state;
    world_init(&world, &world_layouts[0]);
    slot = (struct store_extent){world.config.journal[1].address + 4096, 2 * PAGE};
    world.config.slots = &slot;
    world.config.slot_count = 1;
    assert_int_equal(world_mount(&world), 0);
    where = (struct store_place){slot.address, 2 * PAGE, slot.address, slot.address + 2 * PAGE};
    world_object(world.object, 1, 0, 6000, 1);
    world_digest(world.object, 6000, digest);
    where.address += PAGE; /* half outside */
    assert_int_equal(store_transfer_begin(&world.store, &where, 6000, 6000, digest),
                     STORE_E_ARGUMENT);
    where.address -= PAGE;
    assert_int_equal(finish(&world, store_transfer_begin(&world.store, &where, 6000, 6000, digest)),
                     0);
    assert_int_equal(store_transfer_find(&world.store, &transfer), 0);
    for (uint32_t at = 0; at < 6000; at += 1024) {
        uint32_t end = ck_min(at + 1024, 6000);

        assert_int_equal(block(&world, &transfer, at, end - at, end), 0);
    }
    assert_int_equal(finish(&world, store_transfer_finish(&world.store)), 0);
    device_restart(&world);
    assert_memory_equal(nor_at(&world.nor, slot.address), world.object, 6000);
    assert_int_equal(store_transfer_find(&world.store, &transfer), STORE_E_NOT_FOUND);
    world_free(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_left_over_can_hold_padding),
        cmocka_unit_test(the_smallest_gap_that_fits_is_taken),
        cmocka_unit_test(removed_space_is_used_again),
        cmocka_unit_test(the_rules_of_the_protection_unit_are_kept),
        cmocka_unit_test(a_fixed_address_is_kept_or_refused),
        cmocka_unit_test(blocks_may_come_out_of_order_but_the_header_goes_last),
        cmocka_unit_test(a_transfer_resumes_where_the_last_whole_page_ends),
        cmocka_unit_test(commit_demands_the_whole_transfer),
        cmocka_unit_test(an_unannounced_object_is_described_at_the_commit),
        cmocka_unit_test(a_kernel_goes_into_its_slot),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
