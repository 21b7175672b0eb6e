// SPDX-License-Identifier: Apache-2.0
/* Where pages are, on a flash whose pages are of several sizes. */
#include <hil/error.h>
#include <hil/flash.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { BASE = 0x1000, SMALL = 0x200, LARGE = 0x1000 };

/* 0x1000: four small ones, four more, then two large ones; the end is 0x4000. */
static const struct hil_flash_run runs[] = {{SMALL, 4}, {SMALL, 4}, {LARGE, 2}};
static const struct hil_flash_geometry geometry = {.base = BASE, .runs = runs, .run_count = 3};

static void expect_page(uint32_t address, uint32_t start, uint32_t size)
{
    uint32_t found_start = 0;
    uint32_t found_size = 0;

    assert_int_equal(hil_flash_page(&geometry, address, &found_start, &found_size), 0);
    assert_int_equal(found_start, start);
    assert_int_equal(found_size, size);
}

static void an_address_is_in_one_page(void **state)
{
    uint32_t start;
    uint32_t size;

    (void)state;
    expect_page(BASE, BASE, SMALL);
    expect_page(BASE + SMALL - 1, BASE, SMALL);
    expect_page(BASE + 7 * SMALL, BASE + 7 * SMALL, SMALL);
    expect_page(BASE + 8 * SMALL, BASE + 8 * SMALL, LARGE);
    expect_page(0x3FFF, 0x3000, LARGE);
    assert_int_equal(hil_flash_page(&geometry, BASE - 1, &start, &size), HIL_E_ADDRESS);
    assert_int_equal(hil_flash_page(&geometry, 0x4000, &start, &size), HIL_E_ADDRESS);
    assert_int_equal(hil_flash_page(&geometry, UINT32_MAX, &start, &size), HIL_E_ADDRESS);
    assert_int_equal(hil_flash_size(&geometry), 0x3000);
}

static void pages_of_one_size_follow_each_other(void **state)
{
    (void)state;
    assert_int_equal(hil_flash_pages(&geometry, BASE, 1), SMALL);
    assert_int_equal(hil_flash_pages(&geometry, BASE, 8), SMALL); /* over the edge of two runs */
    assert_int_equal(hil_flash_pages(&geometry, BASE, 9), 0);
    assert_int_equal(hil_flash_pages(&geometry, BASE + 6 * SMALL, 2), SMALL);
    assert_int_equal(hil_flash_pages(&geometry, BASE + 6 * SMALL, 3), 0);
    assert_int_equal(hil_flash_pages(&geometry, 0x2000, 2), LARGE);
    assert_int_equal(hil_flash_pages(&geometry, 0x2000, 3), 0);
    assert_int_equal(hil_flash_pages(&geometry, 0x3000, UINT32_MAX), 0);
    assert_int_equal(hil_flash_pages(&geometry, BASE + 1, 1), 0);
    assert_int_equal(hil_flash_pages(&geometry, BASE - SMALL, 1), 0);
    assert_int_equal(hil_flash_pages(&geometry, 0x4000, 1), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_address_is_in_one_page),
        cmocka_unit_test(pages_of_one_size_follow_each_other),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
