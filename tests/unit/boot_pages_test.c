// SPDX-License-Identifier: Apache-2.0
/* Parts of pages over every kind of flash: what was not written stays, and no rule is broken. */
#include "nor.h"
#include "pages.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <hil/error.h>

enum { BASE = 0x1000000, SCRATCH = BASE, PAGE_MAX = 16384, SPACE = 65536, APPS = BASE + PAGE_MAX };

struct kind {
    uint32_t page;
    uint8_t unit;
    uint8_t erased;
};

static const struct kind kinds[] = {{4096, 4, 0xFF}, {4096, 8, 0xFF}, {2048, 32, 0x00},
                                    {512, 4, 0xFF},  {256, 4, 0xFF},  {16384, 1, 0xFF}};
enum { KINDS = sizeof kinds / sizeof kinds[0] };

static struct nor nor;
static struct pages pages;
static uint8_t model[SPACE];
static uint32_t random_state;

static uint32_t next_random(void)
{
    random_state = random_state * 1664525u + 1013904223u;
    return random_state >> 8;
}

static void make(const struct kind *kind, struct hil_flash_run *run,
                 struct hil_flash_geometry *geometry)
{
    *run = (struct hil_flash_run){kind->page, (PAGE_MAX + SPACE) / kind->page};
    *geometry = (struct hil_flash_geometry){.base = BASE,
                                            .runs = run,
                                            .run_count = 1,
                                            .write_unit = kind->unit,
                                            .erase_value = kind->erased,
                                            .programs_per_unit = 1};
    nor_init(&nor, geometry);
    nor_power_up(&nor, NOR_WEAK_ERASED, 1);
    pages_init(&pages, &nor.hil, SCRATCH);
    memset(model, kind->erased, sizeof model);
}

static void write_part(uint32_t part, bool erase, uint8_t erased)
{
    static uint8_t data[PAGES_PART];

    for (unsigned i = 0; i < PAGES_PART; i++) {
        data[i] = (uint8_t)next_random();
    }
    assert_int_equal(pages_write(&pages, APPS + part * PAGES_PART, erase ? NULL : data), 0);
    if (erase) {
        memset(model + part * PAGES_PART, erased, PAGES_PART);
    } else {
        memcpy(model + part * PAGES_PART, data, PAGES_PART);
    }
}

static void compare(void)
{
    assert_int_equal(pages_settle(&pages), 0);
    assert_memory_equal(nor_at(&nor, APPS), model, SPACE);
    assert_null(nor.violation);
}

static void writes_in_any_order_leave_the_rest_alone(void **state)
{
    (void)state;
    for (unsigned k = 0; k < KINDS; k++) {
        struct hil_flash_run run;
        struct hil_flash_geometry geometry;

        random_state = k;
        make(&kinds[k], &run, &geometry);
        for (unsigned i = 0; i < 600; i++) {
            write_part(next_random() % (SPACE / PAGES_PART), next_random() % 4 == 0,
                       kinds[k].erased);
            if (next_random() % 8 == 0) {
                compare();
            }
        }
        compare();
        nor_free(&nor);
    }
}

/* A host writes pages in order: each is erased once, and the scratch page with it. */
static void writes_in_order_erase_each_page_once(void **state)
{
    static const struct kind kind = {4096, 4, 0xFF};
    struct hil_flash_run run;
    struct hil_flash_geometry geometry;
    uint32_t before;

    (void)state;
    make(&kind, &run, &geometry);
    for (uint32_t part = 0; part < 16; part++) {
        write_part(part, false, 0xFF);
    }
    compare();
    assert_int_equal(nor.erasures, 0); /* nothing was there */
    for (uint32_t part = 0; part < 16; part++) {
        write_part(part, false, 0xFF);
    }
    compare();
    before = nor.erasures;
    assert_in_range(before, 2, 4);
    nor_free(&nor);
}

static void pages_that_are_too_large_are_refused(void **state)
{
    static const struct hil_flash_run runs[] = {{4096, 4}, {131072, 1}};
    static const struct hil_flash_geometry geometry = {.base = BASE,
                                                       .runs = runs,
                                                       .run_count = 2,
                                                       .write_unit = 4,
                                                       .erase_value = 0xFF,
                                                       .programs_per_unit = 1};
    static const uint8_t data[PAGES_PART] = {1};
    static const uint8_t other[PAGES_PART] = {2};

    (void)state;
    nor_init(&nor, &geometry);
    nor_power_up(&nor, NOR_WEAK_ERASED, 1);
    pages_init(&pages, &nor.hil, BASE);
    assert_int_equal(pages_write(&pages, BASE + 16384, data), 0); /* blank: nothing to save */
    assert_int_equal(pages_write(&pages, BASE + 16384, other), HIL_E_ADDRESS);
    assert_memory_equal(nor_at(&nor, BASE + 16384), data, PAGES_PART);
    assert_int_equal(pages_write(&pages, BASE - PAGES_PART, data), HIL_E_ADDRESS);
    assert_int_equal(pages_write(&pages, BASE + 16384 + 131072, data), HIL_E_ADDRESS);
    assert_null(nor.violation);
    nor_free(&nor);
}

/* Whatever operation fails, that is what is answered, and the next write works. */
static void a_failing_flash_is_reported(void **state)
{
    static const struct kind kind = {4096, 4, 0xFF};
    static const uint8_t data[PAGES_PART] = {3};

    (void)state;
    for (uint32_t cut = 0; cut < 12; cut++) {
        struct hil_flash_run run;
        struct hil_flash_geometry geometry;
        int error;

        make(&kind, &run, &geometry);
        write_part(0, false, 0xFF);
        write_part(1, false, 0xFF);
        nor_plan(&nor, cut, NOR_CUT_BEFORE);
        error = pages_write(&pages, APPS, data);
        error = error != 0 ? error : pages_settle(&pages);
        assert_true(error < 0);
        nor_power_up(&nor, NOR_WEAK_ERASED, 1);
        pages_init(&pages, &nor.hil, SCRATCH);
        assert_int_equal(pages_write(&pages, APPS, data), 0);
        assert_int_equal(pages_settle(&pages), 0);
        assert_memory_equal(nor_at(&nor, APPS), data, PAGES_PART);
        assert_null(nor.violation);
        nor_free(&nor);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_in_any_order_leave_the_rest_alone),
        cmocka_unit_test(writes_in_order_erase_each_page_once),
        cmocka_unit_test(pages_that_are_too_large_are_refused),
        cmocka_unit_test(a_failing_flash_is_reported),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
