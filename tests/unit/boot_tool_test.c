// SPDX-License-Identifier: Apache-2.0
/* What Tock's host tool reaches of a board, and what not: on the flash model, with a real journal.
 */
#include "nor.h"
#include "state.h"
#include "tool.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum {
    BASE = 0x10000,
    PAGE = 1024,
    JOURNAL = BASE,
    HALF = 2048,
    SCRATCH = BASE + 2 * HALF,
    SLOTS = SCRATCH + PAGE,
    SLOT_SIZE = 2048,
    BOTH_SLOTS = 2 * SLOT_SIZE,
    APPS = SLOTS + BOTH_SLOTS,
    APPS_SIZE = 4096,
    BEHIND = APPS + APPS_SIZE, /* one more page, which is nobody's */
    SIZE = BEHIND + PAGE - BASE
};

static const struct hil_flash_run runs[] = {{PAGE, SIZE / PAGE}};
static const struct hil_flash_geometry geometry = {.base = BASE,
                                                   .runs = runs,
                                                   .run_count = 1,
                                                   .write_unit = 4,
                                                   .erase_value = 0xFF,
                                                   .programs_per_unit = 1};
static const struct store_extent slots[] = {{SLOTS, SLOT_SIZE}, {SLOTS + SLOT_SIZE, SLOT_SIZE}};

static struct nor nor;
static struct store_config store_config;
static struct boot_legacy legacy;
static struct boot_config config;
static struct store_kernel kernel;
static uint8_t payload[LEGACY_PAYLOAD_MAX];
static uint8_t page[LEGACY_PAGE];
static struct boot_readable readable[1];
static uint8_t before[SIZE];

static uint32_t now_ms(void)
{
    return 0;
}

static size_t read_nothing(const struct hil_serial *serial, uint8_t *data, size_t capacity)
{
    (void)serial;
    (void)data;
    (void)capacity;
    return 0;
}

static const struct hil_serial serial = {.receive_capacity = 64, .read = read_nothing};

static void start(void)
{
    state_open(&config, &kernel);
    tool_init(&config, payload);
}

static int set_up(void **state)
{
    (void)state;
    nor_init(&nor, &geometry);
    nor_power_up(&nor, NOR_WEAK_ERASED, 1);
    store_config = (struct store_config){.flash = &nor.hil,
                                         .journal = {{JOURNAL, HALF}, {JOURNAL + HALF, HALF}},
                                         .apps = {APPS, APPS_SIZE},
                                         .slots = slots,
                                         .slot_count = 2,
                                         .identities_max = 4};
    readable[0] = (struct boot_readable){APPS, APPS_SIZE, nor_at(&nor, APPS)};
    legacy = (struct boot_legacy){.line = {.legacy = {.serial = &serial, .now_ms = now_ms}},
                                  .readable = readable,
                                  .readable_count = 1,
                                  .writes = true,
                                  .scratch = SCRATCH};
    config = (struct boot_config){.flash = &nor.hil,
                                  .store = &store_config,
                                  .legacy = &legacy,
                                  .slot = {SLOTS, SLOTS + SLOT_SIZE},
                                  .slot_size = SLOT_SIZE};
    memset(page, 0x5A, sizeof page);
    start();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    assert_null(nor.violation);
    nor_free(&nor);
    return 0;
}

/* Every page of flash, and addresses that wrap: nothing but the app region can be written. */
static void only_the_app_region_can_be_written(void **state)
{
    (void)state;
    for (uint32_t at = 0; at < SIZE; at += LEGACY_PAGE) {
        uint32_t address = BASE + at;
        bool app = address >= APPS && address < APPS + APPS_SIZE;

        memcpy(before, nor_at(&nor, BASE), SIZE);
        assert_int_equal(boot_target.write(address, at % PAGE == 0 ? page : NULL),
                         app ? LEGACY_OK : LEGACY_BADADDR);
        assert_int_equal(boot_target.settle(), LEGACY_OK);
        if (!app) {
            assert_memory_equal(nor_at(&nor, BASE), before, SIZE);
        } else {
            assert_memory_equal(nor_at(&nor, SLOTS), before + (SLOTS - BASE), BOTH_SLOTS);
            assert_memory_equal(nor_at(&nor, BEHIND), before + (BEHIND - BASE), PAGE);
        }
    }
    assert_int_equal(boot_target.write(APPS - LEGACY_PAGE, page), LEGACY_BADADDR);
    assert_int_equal(boot_target.write(UINT32_MAX - LEGACY_PAGE + 1, page), LEGACY_BADADDR);
    assert_int_equal(boot_target.write(0, page), LEGACY_BADADDR);
}

static void a_board_may_forbid_writing(void **state)
{
    (void)state;
    legacy.writes = false;
    memcpy(before, nor_at(&nor, BASE), SIZE);
    assert_int_equal(boot_target.write(APPS, page), LEGACY_BADADDR);
    assert_int_equal(boot_target.write(APPS, NULL), LEGACY_BADADDR);
    assert_memory_equal(nor_at(&nor, BASE), before, SIZE);
}

static bool is_foreign(void)
{
    struct store_frame frame;

    start(); /* what is in flash, not in RAM */
    return store_find(state_store(), STORE_RECORD_FOREIGN, 0, &frame) == 0;
}

/* The note is in flash before the first page is, wherever power goes. */
static void the_journal_knows_of_a_tool_before_it_writes(void **state)
{
    (void)state;
    assert_false(is_foreign());
    for (unsigned cut = 0;; cut++) {
        uint8_t code;

        assert_int_equal(tear_down(state), 0);
        assert_int_equal(set_up(state), 0);
        nor_plan(&nor, cut, NOR_CUT_TORN);
        code = boot_target.write(APPS, page);
        if (!nor.dead) {
            assert_int_equal(code, LEGACY_OK);
            break;
        }
        assert_int_equal(code, LEGACY_INTERROR);
        nor_power_up(&nor, NOR_WEAK_RANDOM, cut);
        assert_true(is_foreign() || nor_at(&nor, APPS)[0] == 0xFF);
    }
    assert_true(is_foreign());
}

/* A locked board, or one of which nobody can say whether it is, does not speak the protocol. */
static void a_lock_shuts_the_tool_out(void **state)
{
    static const uint8_t lock[4] = {1};
    struct store *store = state_store();

    (void)state;
    assert_true(boot_legacy_allowed());
    assert_int_equal(store_put_begin(store, STORE_RECORD_LOCK, 0, lock, sizeof lock), 0);
    assert_int_equal(store_wait(store), 0);
    assert_false(boot_legacy_allowed());
    start();
    assert_false(boot_legacy_allowed());
}

static void a_journal_that_cannot_be_read_shuts_it_out(void **state)
{
    (void)state;
    /* Both headers are gone, a record is there. */
    assert_int_equal(boot_target.set_start(7), LEGACY_OK);
    for (uint32_t i = 0; i < 24; i++) {
        nor_poke(&nor, JOURNAL + i, 0);
        nor_poke(&nor, JOURNAL + HALF + i, 0);
    }
    start();
    assert_false(boot_legacy_allowed());
    assert_int_equal(boot_target.write(APPS, page), LEGACY_BADADDR);
    assert_int_equal(boot_target.set_start(8), LEGACY_INTERROR);
}

static void only_the_board_says_what_can_be_read(void **state)
{
    (void)state;
    assert_ptr_equal(boot_target.map(APPS, APPS_SIZE), nor_at(&nor, APPS));
    assert_null(boot_target.map(APPS, APPS_SIZE + 1));
    assert_null(boot_target.map(APPS - 1, 2));
    assert_null(boot_target.map(SLOTS, 4));
    assert_null(boot_target.map(JOURNAL, 4));
    assert_null(boot_target.map(APPS + 16, UINT32_MAX));
    assert_null(boot_target.map(UINT32_MAX, 2));
}

/* The start address is shown; no kernel is chosen by it. */
static void the_start_address_is_kept_and_decides_nothing(void **state)
{
    struct store_kernel after;

    (void)state;
    assert_int_equal(boot_target.get_start(), SLOTS);
    assert_int_equal(boot_target.set_start(APPS), LEGACY_OK);
    start();
    assert_int_equal(boot_target.get_start(), APPS);
    state_open(&config, &after);
    assert_int_equal(after.active, STORE_SLOT_NONE);
    assert_int_equal(after.phase, STORE_KERNEL_SETTLED);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(only_the_app_region_can_be_written),
        TEST(a_board_may_forbid_writing),
        TEST(the_journal_knows_of_a_tool_before_it_writes),
        TEST(a_lock_shuts_the_tool_out),
        TEST(a_journal_that_cannot_be_read_shuts_it_out),
        TEST(only_the_board_says_what_can_be_read),
        TEST(the_start_address_is_kept_and_decides_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
