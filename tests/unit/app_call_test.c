// SPDX-License-Identifier: Apache-2.0
/* Console, random numbers, buttons and process information of lib/app. */
#include "app_board.h"

#include <string.h>

#include <gantry/console.h>
#include <gantry/device.h>
#include <gantry/process.h>

/* What a function that was to be called later was called with. */
struct result {
    unsigned calls;
    enum abi_error error;
    size_t length;
};

static void done(void *context, enum abi_error error, size_t length)
{
    struct result *result = context;

    *result = (struct result){result->calls + 1, error, length};
}

static void written(void *context, size_t length)
{
    done(context, ABI_OK, length);
}

static void writes_come_out_in_order(void **state)
{
    struct result result = {0};

    (void)state;
    board_reset(0);
    assert_int_equal(console_write_async("one ", 4, written, &result), ABI_OK);
    assert_int_equal(console_write_async("no", 2, written, &result), ABI_BUSY);
    assert_int_equal(result.calls, 0);
    /* One that waits ends the one under way first. */
    assert_int_equal(console_write("two ", 4), 4);
    assert_int_equal(result.calls, 1);
    assert_int_equal(result.length, 4);
    assert_int_equal(console_write_async("three", 5, written, &result), ABI_OK);
    syscall_yield_wait();
    assert_int_equal(result.calls, 2);
    assert_int_equal(result.length, 5);
    console_print(".");
    assert_int_equal(board_console_used, 14);
    assert_memory_equal(board_console, "one two three.", 14);
    assert_int_equal(board_shared(), 0);
}

static void reads_bring_what_was_typed(void **state)
{
    char text[8] = "";
    size_t length;
    struct result result = {0};

    (void)state;
    board_reset(0);
    board_type("abc");
    assert_int_equal(console_read(text, 2, &length), ABI_OK);
    assert_int_equal(length, 2);
    assert_memory_equal(text, "ab", 2);
    assert_int_equal(console_read_async(text, 3, done, &result), ABI_OK);
    assert_int_equal(console_read_async(text, 3, done, &result), ABI_BUSY);
    assert_int_equal(console_read(text, 1, &length), ABI_BUSY);
    board_type("de");
    syscall_yield_wait();
    assert_int_equal(result.calls, 1);
    assert_int_equal(result.error, ABI_OK);
    assert_memory_equal(text, "cde", 3);
    assert_int_equal(console_read(text, 65, &length), ABI_INVAL);
    assert_int_equal(board_shared(), 0);
}

static void a_read_can_be_cancelled(void **state)
{
    char text[8];
    struct result result = {0};

    (void)state;
    board_reset(0);
    board_type("x");
    assert_int_equal(console_read_async(text, 4, done, &result), ABI_OK);
    console_read_cancel();
    syscall_yield_wait();
    assert_int_equal(result.calls, 1);
    assert_int_equal(result.error, ABI_CANCEL);
    assert_int_equal(result.length, 1);
    assert_int_equal(board_shared(), 0);
}

static void random_bytes_come_with_and_without_waiting(void **state)
{
    uint8_t bytes[5] = {0};
    struct result result = {0};

    (void)state;
    board_reset(0);
    assert_int_equal(rng_fill(bytes, 4), ABI_OK);
    assert_int_equal(bytes[3], 0x5A);
    assert_int_equal(bytes[4], 0);
    assert_int_equal(rng_fill_async(bytes, 5, done, &result), ABI_OK);
    assert_int_equal(rng_fill(bytes, 4), ABI_BUSY);
    syscall_yield_wait();
    assert_int_equal(result.calls, 1);
    assert_int_equal(result.length, 5);
    assert_int_equal(rng_fill(bytes, 0), ABI_RESERVE);
    assert_int_equal(rng_fill_async(bytes, 1, NULL, NULL), ABI_INVAL);
    assert_int_equal(board_shared(), 0);
}

static void waiting_for_a_button_takes_no_other(void **state)
{
    bool pressed = true;

    (void)state;
    board_reset(0);
    assert_int_equal(button_enable(0), ABI_OK);
    assert_int_equal(button_enable(1), ABI_OK);
    board_press(0, true);
    board_press(1, false);
    assert_int_equal(button_wait(1, &pressed), ABI_OK);
    assert_false(pressed);
    assert_int_equal(button_wait(2, &pressed), ABI_INVAL);
}

static void a_driver_that_is_not_there_is_an_error(void **state)
{
    uint8_t byte;
    size_t length;
    struct result result = {0};

    (void)state;
    board_reset(0);
    board_missing = ABI_DRIVER_CONSOLE;
    assert_int_equal(console_write("x", 1), 0);
    assert_int_equal(console_write_async("x", 1, written, &result), ABI_NODEVICE);
    assert_int_equal(console_read(&byte, 1, &length), ABI_NODEVICE);
    assert_int_equal(console_read_async(&byte, 1, done, &result), ABI_NODEVICE);
    board_missing = ABI_DRIVER_RNG;
    assert_int_equal(rng_fill(&byte, 1), ABI_NODEVICE);
    assert_int_equal(rng_fill_async(&byte, 1, done, &result), ABI_NODEVICE);
    board_missing = ABI_DRIVER_PROCESS_INFO;
    assert_int_equal(process_count(), 0);
    assert_int_equal(result.calls, 0);
}

static void processes_are_listed_and_named(void **state)
{
    uint32_t ids[5];
    char name[8];
    size_t length;
    struct process_statistics statistics;

    (void)state;
    board_reset(0);
    assert_int_equal(process_count(), 3);
    assert_int_equal(process_ids(ids, 5), 3);
    assert_int_equal(ids[2], 3);
    assert_int_equal(ids[3], 0);
    assert_int_equal(process_name(2, name, sizeof name, &length), ABI_OK);
    assert_string_equal(name, "p2");
    assert_int_equal(length, 2);
    assert_int_equal(process_name(2, name, 2, NULL), ABI_OK);
    assert_string_equal(name, "p");
    assert_int_equal(process_name(9, name, sizeof name, NULL), ABI_INVAL);
    assert_int_equal(process_read_statistics(3, &statistics), ABI_OK);
    assert_int_equal(statistics.syscalls, 300);
    assert_int_equal(statistics.state, ABI_PROCESS_STOPPED);
    assert_int_equal(process_read_statistics(9, &statistics), ABI_INVAL);
    assert_int_equal(process_control(1, ABI_PROCESS_STOP), ABI_NODEVICE);
    assert_int_equal(board_shared(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_come_out_in_order),
        cmocka_unit_test(reads_bring_what_was_typed),
        cmocka_unit_test(a_read_can_be_cancelled),
        cmocka_unit_test(random_bytes_come_with_and_without_waiting),
        cmocka_unit_test(waiting_for_a_button_takes_no_other),
        cmocka_unit_test(a_driver_that_is_not_there_is_an_error),
        cmocka_unit_test(processes_are_listed_and_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
