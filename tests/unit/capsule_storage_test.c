// SPDX-License-Identifier: Apache-2.0
/*
 * The storage capsules when a process ends while it is served: it stays in the table, without
 * grants. At every step of every kind of request.
 */
#include "capsule_support.h"

#include <nor.h>

#include <string.h>

#include <kernel/capsules.h>
#include <kernel/storage.h>

enum {
    BASE = 0x1000,
    PAGE = 256,
    PAGES = 16,
    SPARES = 4,
    SHARED_AT = BASE + SPARES * PAGE,
    ISOLATED_AT = SHARED_AT + 4 * PAGE,
    APP_AT = ISOLATED_AT + 4 * PAGE,
    APP_SIZE = 4 * PAGE,
    REGION_AT = APP_AT + PAGE,
    LENGTH = PAGE + 40, /* of a write: more than one page */
    STEPS_MAX = 1000
};

static const struct hil_flash_run runs[] = {{PAGE, PAGES}};
static const struct hil_flash_geometry geometry = {.base = BASE,
                                                   .runs = runs,
                                                   .run_count = 1,
                                                   .write_unit = 4,
                                                   .erase_value = 0xFF,
                                                   .programs_per_unit = 1};

static struct nor nor;
static struct hil_flash_share share;
static struct hil_flash_user store_view;
static const struct kernel_storage areas = {
    .share = &share,
    .store_view = &store_view,
    .swap = {&storage_view.flash, BASE, SPARES},
    .nonvolatile = {SHARED_AT, 4 * PAGE},
    .isolated = {ISOLATED_AT, 4 * PAGE},
};
static bool held;

/* What the support does not have. */
uint32_t process_storage_id(const struct process *process)
{
    return process_image(process)->short_id;
}

bool process_may_store(const struct process *process, enum storage_access access, uint32_t id)
{
    (void)access;
    return process_storage_id(process) == id;
}

struct process *process_of_app(uint32_t flash_start)
{
    return flash_start == APP_AT ? capsule_process(0) : NULL;
}

void process_hold(struct process *process, bool hold)
{
    assert_ptr_equal(process, capsule_process(0));
    held = hold;
}

static uint32_t writeable(const struct process_image *image, uint32_t index, uint32_t *start,
                          uint32_t *size)
{
    (void)image;
    if (index == 0) {
        *start = REGION_AT;
        *size = 2 * PAGE;
    }
    return index == 0 || index == UINT32_MAX ? 1 : 0;
}

struct request {
    const struct driver *driver;
    uint32_t command;
    uint32_t argument;
};

static const struct request requests[] = {
    {&nonvolatile_driver, ABI_NONVOLATILE_WRITE, 100},
    {&nonvolatile_driver, ABI_NONVOLATILE_READ, 100},
    {&isolated_storage_driver, ABI_ISOLATED_SIZE, 0},
    {&isolated_storage_driver, ABI_ISOLATED_WRITE, 0},
    {&isolated_storage_driver, ABI_ISOLATED_READ, 0},
    {&app_flash_driver, ABI_APP_FLASH_WRITE, REGION_AT + 20},
};

static void ask(const struct request *request, uint32_t index, const uint8_t *out, uint8_t *in)
{
    uint32_t length = request->driver == &isolated_storage_driver ? 100 : LENGTH;
    struct process_image *image = capsule_image(index);

    image->short_id = index + 1;
    image->flash_start = APP_AT;
    image->flash_size = APP_SIZE;
    image->extent = APP_SIZE;
    image->app_start = APP_AT + 64;
    image->binary_end = APP_AT + APP_SIZE;
    image->may_write_flash = true;
    image->writeable = writeable;
    capsule_allow_ro(request->driver, index, 0, out, length);
    if (request->driver->rw_buffers != 0) {
        capsule_allow_rw(request->driver, index, 0, in, length);
    }
    assert_true(capsule_command(request->driver, index, request->command, request->argument, LENGTH)
                    .variant >= ABI_SUCCESS);
}

/* Ends process 0 after some steps of its request; answers whether that was over by then. */
static bool ends_after(const struct request *request, uint32_t steps)
{
    static uint8_t out[LENGTH];
    static uint8_t in[LENGTH];
    struct capsule_upcall upcall;
    bool over = false;

    capsule_reset(0);
    memset(out, (int)(steps & 0x7F), sizeof out);
    ask(request, 0, out, in);
    for (uint32_t i = 0; i < steps && !over; i++) {
        over = !capsule_step();
    }
    while (capsule_upcall(0, &upcall)) {
    }
    capsule_end(0);
    (void)capsule_work();
    capsule_expect_no_upcall();
    assert_false(held);
    /* Others are served as ever. */
    ask(&requests[0], 1, out, in);
    (void)capsule_work();
    capsule_expect_upcall(1, &nonvolatile_driver, ABI_NONVOLATILE_UPCALL_WRITTEN, LENGTH, 0, 0);
    assert_null(nor.violation);
    return over;
}

static void a_process_may_end_at_every_step(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < sizeof requests / sizeof requests[0]; i++) {
        uint32_t steps = 0;

        while (!ends_after(&requests[i], steps)) {
            assert_in_range(++steps, 1, STEPS_MAX);
        }
        assert_in_range(steps, 2, STEPS_MAX);
    }
}

/* The last bytes of a page are the old ones: nobody who ended gets it written all the same. */
static void what_it_had_not_finished_is_as_before(void **state)
{
    static uint8_t out[PAGE / 2];
    const struct request write = {&nonvolatile_driver, ABI_NONVOLATILE_WRITE, 0};
    uint32_t steps = 0;
    bool over = false;

    (void)state;
    while (!over) {
        uint8_t before[PAGE];
        const uint8_t *page = nor_at(&nor, SHARED_AT);
        bool must_finish;

        capsule_reset(0);
        memset(out, (int)(++steps & 0x7F), sizeof out);
        memcpy(before, page, PAGE);
        capsule_allow_ro(write.driver, 0, 0, out, sizeof out);
        (void)capsule_command(write.driver, 0, write.command, 0, sizeof out);
        for (uint32_t i = 0; i < steps && !over; i++) {
            over = !capsule_step();
        }
        must_finish = swap_must_finish(&storage_swap) || over || memcmp(before, page, PAGE) != 0;
        capsule_end(0);
        (void)capsule_work();
        if (!must_finish) {
            assert_memory_equal(nor_at(&nor, SHARED_AT), before, PAGE);
        }
        assert_in_range(steps, 1, STEPS_MAX);
    }
}

static int set_up(void **state)
{
    (void)state;
    nor_init(&nor, &geometry);
    share.flash = &nor.hil;
    capsule_reset(0);
    nonvolatile_driver.init(&nonvolatile_driver, &areas);
    isolated_storage_driver.init(&isolated_storage_driver, &areas);
    app_flash_driver.init(&app_flash_driver, &areas);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    nor_free(&nor);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_process_may_end_at_every_step),
        cmocka_unit_test(what_it_had_not_finished_is_as_before),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
