// SPDX-License-Identifier: Apache-2.0
/* The storage capsules together, over a model of flash: processes that end, and what wears it. */
#include "capsule_support.h"
#include "nor.h"

#include <kernel/capsules.h>
#include <kernel/storage.h>
#include <string.h>

enum {
    PAGE = 512,
    SPARES = 5,
    REGIONS = 8,
    AREA = 3 * PAGE, /* of each other kind */
    BASE = 0x10000,
    KV = BASE + SPARES * PAGE,
    SHARED = KV + REGIONS * PAGE,
    ISOLATED = SHARED + AREA,
    APP = ISOLATED + AREA,
    APP_EXTENT = 2 * PAGE,
    PAGES = SPARES + REGIONS + (2 * AREA + 2 * APP_EXTENT) / PAGE,
    LENGTH = 300,
    STEPS = 100 /* more than any operation here takes */
};

static const struct hil_flash_run run = {PAGE, PAGES};
static const struct hil_flash_geometry geometry = {.base = BASE,
                                                   .runs = &run,
                                                   .run_count = 1,
                                                   .write_unit = 4,
                                                   .erase_value = 0xFF,
                                                   .programs_per_unit = 1};
static struct nor nor;
static struct hil_flash_share share = {.flash = &nor.hil};
static struct hil_flash_user store_view;
static const struct kernel_storage storage = {
    .share = &share,
    .store_view = &store_view,
    .swap = {&storage_view.flash, BASE, SPARES},
    .kv = {&storage_swap, KV, REGIONS},
    .nonvolatile = {SHARED, AREA},
    .isolated = {ISOLATED, AREA},
};

static uint8_t data[LENGTH];

/* One region: all of the app. */
static uint32_t writeable(const struct process_image *image, uint32_t index, uint32_t *start,
                          uint32_t *size)
{
    if (index == 0) {
        *start = image->app_start;
        *size = image->binary_end - image->app_start;
    }
    return index == 0 || index == UINT32_MAX ? 1 : 0;
}

static int begin_all(void **state)
{
    static const struct driver *const drivers[] = {&key_value_driver, &isolated_storage_driver,
                                                   &nonvolatile_driver, &app_flash_driver};

    (void)state;
    nor_init(&nor, &geometry);
    for (size_t i = 0; i < sizeof drivers / sizeof drivers[0]; i++) {
        drivers[i]->init(drivers[i], &storage);
    }
    return 0;
}

static int end_all(void **state)
{
    (void)state;
    assert_null(nor.violation);
    nor_free(&nor);
    return 0;
}

static int begin(void **state)
{
    (void)state;
    capsule_reset(0);
    for (uint32_t i = 0; i < 2; i++) {
        struct process_image *image = capsule_image(i);

        image->short_id = i + 1;
        image->flash_start = APP + i * APP_EXTENT;
        image->flash_size = image->extent = APP_EXTENT;
        image->app_start = image->flash_start;
        image->binary_end = image->flash_start + APP_EXTENT;
        image->may_write_flash = true;
        image->writeable = writeable;
    }
    memset(data, 0x5A, sizeof data);
    return 0;
}

static void succeeds(const struct driver *driver, uint32_t index, uint32_t command, uint32_t first,
                     uint32_t second)
{
    assert_int_equal(capsule_command(driver, index, command, first, second).variant, ABI_SUCCESS);
}

/* Operations, each of which takes several steps. */

static void set_key(uint32_t index, const char *key, uint32_t length)
{
    capsule_allow_ro(&key_value_driver, index, ABI_KV_RO_KEY, key, (uint32_t)strlen(key));
    capsule_allow_ro(&key_value_driver, index, ABI_KV_RO_VALUE, data, length);
    succeeds(&key_value_driver, index, ABI_KV_SET, 0, 0);
}

static void write_key(uint32_t index)
{
    set_key(index, "key", 40);
}

static void write_isolated(uint32_t index)
{
    capsule_allow_ro(&isolated_storage_driver, index, ABI_ISOLATED_RO_WRITE, data, LENGTH);
    succeeds(&isolated_storage_driver, index, ABI_ISOLATED_WRITE, 0, 0);
}

static void ask_size(uint32_t index)
{
    succeeds(&isolated_storage_driver, index, ABI_ISOLATED_SIZE, 0, 0);
}

static void write_shared(uint32_t index)
{
    capsule_allow_ro(&nonvolatile_driver, index, ABI_NONVOLATILE_RO_WRITE, data, LENGTH);
    succeeds(&nonvolatile_driver, index, ABI_NONVOLATILE_WRITE, 0, LENGTH);
}

static void read_shared(uint32_t index)
{
    capsule_allow_rw(&nonvolatile_driver, index, ABI_NONVOLATILE_RW_READ, data, LENGTH);
    succeeds(&nonvolatile_driver, index, ABI_NONVOLATILE_READ, 0, LENGTH);
}

static void write_app(uint32_t index)
{
    capsule_allow_ro(&app_flash_driver, index, ABI_APP_FLASH_RO_DATA, data, LENGTH);
    succeeds(&app_flash_driver, index, ABI_APP_FLASH_WRITE, capsule_image(index)->app_start, 0);
}

/* Ends process 0 after each number of steps of an operation; its neighbour is served all the same,
 * and it can begin anew. */
static void ends_anywhere(void (*operation)(uint32_t index))
{
    for (uint32_t steps = 0; steps < STEPS; steps++) {
        (void)begin(NULL);
        operation(0);
        for (uint32_t i = 0; i < steps; i++) {
            (void)capsule_step();
        }
        capsule_end(0);
        read_shared(1);
        (void)capsule_work();
        capsule_expect_upcall(1, &nonvolatile_driver, ABI_NONVOLATILE_UPCALL_READ, LENGTH, 0, 0);
        capsule_expect_no_upcall();
        assert_false(capsule_is_held(0));
        capsule_restart(0);
        operation(0);
    }
}

static void a_process_may_end_at_any_step(void **state)
{
    (void)state;
    ends_anywhere(write_key);
    ends_anywhere(ask_size);
    ends_anywhere(write_isolated);
    ends_anywhere(read_shared);
    ends_anywhere(write_shared);
    ends_anywhere(write_app);
}

/* What was not so far that it has to be finished is not written for a process that has ended. */
static void what_it_had_not_finished_is_as_before(void **state)
{
    bool over = false;

    (void)state;
    for (uint32_t steps = 1; !over; steps++) {
        uint8_t before[PAGE];
        bool must_finish;

        assert_in_range(steps, 1, STEPS);
        (void)begin(NULL);
        memset(data, (int)steps, sizeof data);
        memcpy(before, nor_at(&nor, SHARED), PAGE);
        write_shared(0);
        for (uint32_t i = 0; i < steps && !over; i++) {
            over = !capsule_step();
        }
        must_finish = over || swap_must_finish(&storage_swap) ||
                      memcmp(before, nor_at(&nor, SHARED), PAGE) != 0;
        capsule_end(0);
        (void)capsule_work();
        if (!must_finish) {
            assert_memory_equal(nor_at(&nor, SHARED), before, PAGE);
        }
    }
}

static void finish_set(uint32_t index)
{
    (void)capsule_work();
    capsule_expect_upcall(index, &key_value_driver, ABI_KV_UPCALL_DONE, ABI_OK, 0, 0);
}

/* What is no failure of the flash costs no fresh log page at the next change. */
static void a_key_that_is_missing_wears_no_flash(void **state)
{
    uint32_t erasures;

    (void)state;
    set_key(0, "first", 8);
    finish_set(0);
    erasures = nor.erasures;
    for (char name[] = "a"; name[0] <= 'd'; name[0]++) {
        capsule_allow_ro(&key_value_driver, 0, ABI_KV_RO_KEY, "missing", 7);
        succeeds(&key_value_driver, 0, ABI_KV_GET, 0, 0);
        (void)capsule_work();
        capsule_expect_upcall(0, &key_value_driver, ABI_KV_UPCALL_DONE, ABI_NOSUPPORT, 0, 0);
        set_key(0, name, 8);
        finish_set(0);
    }
    assert_int_equal(nor.erasures, erasures);
}

static void a_value_that_no_page_holds_is_refused(void **state)
{
    const uint32_t longest = PAGE - KV_OVERHEAD - 9; /* Tock's header is in front of a value */
    static uint8_t big[PAGE];
    struct syscall_result result;

    (void)state;
    capsule_allow_ro(&key_value_driver, 0, ABI_KV_RO_KEY, "big", 3);
    for (uint32_t command = ABI_KV_SET; command <= ABI_KV_UPDATE; command++) {
        capsule_allow_ro(&key_value_driver, 0, ABI_KV_RO_VALUE, big, longest + 1);
        result = capsule_command(&key_value_driver, 0, command, 0, 0);
        if (command != ABI_KV_DELETE) {
            assert_int_equal(result.variant, ABI_FAILURE);
            assert_int_equal(result.value[0], ABI_SIZE);
            continue;
        }
        (void)capsule_work();
        capsule_expect_upcall(0, &key_value_driver, ABI_KV_UPCALL_DONE, ABI_NOSUPPORT, 0, 0);
    }
    capsule_allow_ro(&key_value_driver, 0, ABI_KV_RO_VALUE, big, longest);
    succeeds(&key_value_driver, 0, ABI_KV_SET, 0, 0);
    finish_set(0);
    capsule_allow_rw(&key_value_driver, 0, ABI_KV_RW_VALUE, big, sizeof big);
    succeeds(&key_value_driver, 0, ABI_KV_GET, 0, 0);
    (void)capsule_work();
    capsule_expect_upcall(0, &key_value_driver, ABI_KV_UPCALL_DONE, ABI_OK, longest, 0);
}

/* The code of an app may lie in the page that is copied. */
static void a_process_does_not_run_while_its_flash_is_copied(void **state)
{
    uint32_t held = 0;

    (void)state;
    write_app(0);
    while (capsule_step()) {
        held += capsule_is_held(0) ? 1 : 0;
        assert_false(capsule_is_held(1));
    }
    assert_true(held > 1);
    assert_false(capsule_is_held(0));
    capsule_expect_upcall(0, &app_flash_driver, ABI_APP_FLASH_UPCALL_DONE, ABI_OK, 0, 0);
    assert_memory_equal(nor_at(&nor, APP), data, LENGTH);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_process_may_end_at_any_step, begin),
        cmocka_unit_test_setup(what_it_had_not_finished_is_as_before, begin),
        cmocka_unit_test_setup(a_key_that_is_missing_wears_no_flash, begin),
        cmocka_unit_test_setup(a_value_that_no_page_holds_is_refused, begin),
        cmocka_unit_test_setup(a_process_does_not_run_while_its_flash_is_copied, begin),
    };

    return cmocka_run_group_tests(tests, begin_all, end_all);
}
