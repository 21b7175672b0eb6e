// SPDX-License-Identifier: Apache-2.0
/* Flash of the emulated boards keeps the rules of real NOR flash. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <base/bytes.h>
#include <chips/mapped_flash.h>
#include <hil/error.h>

#define BASE 0x21000000u

enum { SMALL = 1024, LARGE = 4096, SIZE = 4 * SMALL + 2 * LARGE };

static const struct hil_flash_run runs[] = {{SMALL, 4}, {LARGE, 2}};
static const struct hil_flash_geometry geometry = {BASE, runs, 2, 4, 0xFF, 1, 0};
/* All but the first page, and the last page once more as a range of its own. */
static const struct mapped_flash_range ranges[] = {{BASE + SMALL, SIZE - SMALL - LARGE},
                                                   {BASE + SIZE - LARGE, LARGE}};
static _Alignas(4) uint8_t memory[SIZE];
static uint8_t before[SIZE];
static int opened;
static int bursts;

static void open_flash(void)
{
    assert_int_equal(opened++, 0);
    bursts++;
}

static void close_flash(void)
{
    assert_int_equal(--opened, 0);
}

static struct mapped_flash device = {.flash.geometry = &geometry,
                                     .writeable = ranges,
                                     .writeable_count = 2,
                                     .memory = memory,
                                     .open = open_flash,
                                     .close = close_flash};

static int setup(void **state)
{
    (void)state;
    mapped_flash_init(&device);
    memset(memory, 0xFF, sizeof memory);
    opened = 0;
    bursts = 0;
    return 0;
}

static int erase(uint32_t address)
{
    return device.flash.erase(&device.flash, address);
}

static int program(uint32_t address, const void *data, size_t length)
{
    return device.flash.program(&device.flash, address, data, length);
}

/* Calls, and checks that it was refused with this error and changed nothing. */
#define REFUSED(call, error)                                                                       \
    do {                                                                                           \
        memcpy(before, memory, sizeof memory);                                                     \
        bursts = 0;                                                                                \
        assert_int_equal(call, error);                                                             \
        assert_memory_equal(before, memory, sizeof memory);                                        \
        assert_int_equal(bursts, 0); /* flash was not even opened */                               \
    } while (0)

static void erasing_clears_one_page_and_no_other(void **state)
{
    static const uint32_t pages[][2] = {
        {SMALL, SMALL}, {3 * SMALL, SMALL}, {4 * SMALL, LARGE}, {4 * SMALL + LARGE, LARGE}};

    (void)state;
    for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++) {
        memset(memory, 0, sizeof memory);
        assert_int_equal(erase(BASE + pages[i][0]), 0);
        assert_int_equal(device.flash.status(&device.flash), 0);
        for (uint32_t at = 0; at < SIZE; at++) {
            assert_int_equal(memory[at], at - pages[i][0] < pages[i][1] ? 0xFF : 0);
        }
        assert_int_equal(opened, 0);
    }
}

static void only_page_starts_can_be_erased(void **state)
{
    (void)state;
    REFUSED(erase(BASE + SMALL + 4), HIL_E_ADDRESS);
    REFUSED(erase(BASE + 4 * SMALL + SMALL), HIL_E_ADDRESS); /* inside a large page */
    REFUSED(erase(BASE + SIZE), HIL_E_ADDRESS);
    REFUSED(erase(BASE - SMALL), HIL_E_ADDRESS);
    REFUSED(erase(0), HIL_E_ADDRESS);
    REFUSED(erase(UINT32_MAX), HIL_E_ADDRESS);
}

static void what_is_not_ours_is_protected(void **state)
{
    (void)state;
    REFUSED(erase(BASE), HIL_E_PROTECTED);
    REFUSED(program(BASE, "abcd", 4), HIL_E_PROTECTED);
    REFUSED(program(BASE + SMALL - 4, "abcd", 4), HIL_E_PROTECTED);
    assert_int_equal(program(BASE + SMALL, "abcd", 4), 0);
    assert_int_equal(program(BASE + SIZE - 4, "abcd", 4), 0);
}

static void programming_writes_whole_units_inside_one_page(void **state)
{
    static const uint8_t data[2 * LARGE] = {1, 2, 3, 4, 5, 6, 7, 8};

    (void)state;
    REFUSED(program(BASE + SMALL, data, 0), HIL_E_ADDRESS);
    for (uint32_t i = 1; i < 4; i++) {
        REFUSED(program(BASE + SMALL, data, i), HIL_E_ADDRESS);
        REFUSED(program(BASE + SMALL, data, 4 + i), HIL_E_ADDRESS);
        REFUSED(program(BASE + SMALL + i, data, 4), HIL_E_ADDRESS);
    }
    REFUSED(program(BASE + 2 * SMALL - 4, data, 8), HIL_E_ADDRESS); /* over a page's end */
    REFUSED(program(BASE + SMALL, data, SMALL + 4), HIL_E_ADDRESS);
    REFUSED(program(BASE + SIZE - 4, data, 8), HIL_E_ADDRESS);
    REFUSED(program(BASE + SIZE, data, 4), HIL_E_ADDRESS);
    REFUSED(program(BASE - 4, data, 4), HIL_E_ADDRESS);
    REFUSED(program(0u - 4u, data, 8), HIL_E_ADDRESS);
    REFUSED(program(BASE + SMALL, data, (size_t)UINT32_MAX + 5), HIL_E_ADDRESS);
    assert_int_equal(program(BASE + 4 * SMALL, data, LARGE), 0);
    assert_memory_equal(memory + 4 * SMALL, data, LARGE);
    /* Data of any alignment. */
    assert_int_equal(program(BASE + SMALL, data + 1, 4), 0);
    assert_memory_equal(memory + SMALL, data + 1, 4);
}

static void a_unit_is_programmed_once_and_never_set_back(void **state)
{
    static const uint8_t some[4] = {0x0F, 0xFF, 0xFF, 0xFF};
    static const uint8_t ones[4] = {0xFF, 0xFF, 0xFF, 0xFF};
    static const uint8_t zeros[8] = {0};
    static const uint8_t pair[8] = {0xAA, 0xAA, 0xAA, 0xAA, 0xBB, 0xBB, 0xBB, 0xBB};

    (void)state;
    assert_int_equal(program(BASE + SMALL, some, 4), 0);
    REFUSED(program(BASE + SMALL, ones, 4), HIL_E_NOT_ERASED); /* would set bits back */
    REFUSED(program(BASE + SMALL, some, 4),
            HIL_E_NOT_ERASED); /* the same again: error correction */
    REFUSED(program(BASE + SMALL, "\0\0\0\1", 4), HIL_E_NOT_ERASED); /* only clears, but not all */
    /* One unit that is not erased, and nothing of the burst is done. */
    REFUSED(program(BASE + SMALL - 0, pair, 8), HIL_E_NOT_ERASED);
    assert_int_equal(program(BASE + SMALL + 8, some, 4), 0);
    REFUSED(program(BASE + SMALL + 4, pair, 8), HIL_E_NOT_ERASED);
    /* All bits at once is allowed, whatever is there and however often. */
    for (int i = 0; i < 3; i++) {
        assert_int_equal(program(BASE + SMALL, zeros, 4), 0);
        assert_memory_equal(memory + SMALL, zeros, 4);
    }
    assert_int_equal(program(BASE + SMALL + 4, zeros, 8), 0);
    assert_int_equal(erase(BASE + SMALL), 0);
    assert_int_equal(program(BASE + SMALL, pair, 8), 0);
    assert_memory_equal(memory + SMALL, pair, 8);
}

static void only_the_array_can_be_read(void **state)
{
    const struct hil_flash *hil = &device.flash;

    (void)state;
    assert_ptr_equal(hil->map(hil, BASE, SIZE), memory);
    assert_ptr_equal(hil->map(hil, BASE + 5, 1), memory + 5);
    assert_null(hil->map(hil, BASE, SIZE + 1));
    assert_null(hil->map(hil, BASE - 1, 2));
    assert_null(hil->map(hil, BASE + SIZE - 1, 2));
    assert_null(hil->map(hil, BASE + 4, UINT32_MAX));
    assert_null(hil->map(hil, 0, UINT32_MAX));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(erasing_clears_one_page_and_no_other, setup),
        cmocka_unit_test_setup(only_page_starts_can_be_erased, setup),
        cmocka_unit_test_setup(what_is_not_ours_is_protected, setup),
        cmocka_unit_test_setup(programming_writes_whole_units_inside_one_page, setup),
        cmocka_unit_test_setup(a_unit_is_programmed_once_and_never_set_back, setup),
        cmocka_unit_test_setup(only_the_array_can_be_read, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
