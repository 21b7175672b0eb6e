// SPDX-License-Identifier: Apache-2.0
#include <base/bytes.h>

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void values_come_back_little_endian(void **state)
{
    uint8_t raw[16];
    struct bytes_writer writer;
    struct bytes_reader reader;
    const uint8_t wanted[] = {0x11, 0x33, 0x22, 0x77, 0x66, 0x55, 0x44, 'a', 'b', 'c'};

    (void)state;
    bytes_writer_init(&writer, raw, sizeof raw);
    bytes_write_u8(&writer, 0x11);
    bytes_write_u16(&writer, 0x2233);
    bytes_write_u32(&writer, 0x44556677);
    bytes_write_block(&writer, "abc", 3);
    assert_true(writer.ok);
    assert_int_equal(writer.used, sizeof wanted);
    assert_memory_equal(raw, wanted, sizeof wanted);

    bytes_reader_init(&reader, raw, writer.used);
    assert_int_equal(bytes_read_u8(&reader), 0x11);
    assert_int_equal(bytes_read_u16(&reader), 0x2233);
    assert_int_equal(bytes_read_u32(&reader), 0x44556677);
    assert_memory_equal(bytes_read_block(&reader, 3), "abc", 3);
    assert_true(reader.ok);
    assert_int_equal(reader.left, 0);
}

static void a_reader_that_ran_dry_stays_dry(void **state)
{
    const uint8_t raw[] = {1, 2, 3};
    struct bytes_reader reader;
    uint8_t copy[4] = {9, 9, 9, 9};

    (void)state;
    bytes_reader_init(&reader, raw, sizeof raw);
    bytes_read_copy(&reader, copy, sizeof copy);
    assert_false(reader.ok);
    assert_memory_equal(copy, "\0\0\0\0", 4);
    assert_int_equal(bytes_read_u8(&reader), 0);
    assert_null(bytes_read_block(&reader, 0));
    assert_ptr_equal(reader.next, raw);
}

static void a_writer_never_runs_past_its_end(void **state)
{
    uint8_t raw[4] = {0, 0, 0, 0xEE};
    struct bytes_writer writer;

    (void)state;
    bytes_writer_init(&writer, raw, 3);
    bytes_write_u16(&writer, 0x0102);
    bytes_write_u16(&writer, 0x0304);
    bytes_write_u8(&writer, 5);
    assert_false(writer.ok);
    assert_int_equal(writer.used, 2);
    assert_int_equal(raw[2], 0);
    assert_int_equal(raw[3], 0xEE);
}

static void equality_sees_every_byte(void **state)
{
    uint8_t a[32] = {0};
    uint8_t b[32] = {0};

    (void)state;
    assert_true(bytes_equal(a, b, sizeof a));
    assert_true(bytes_equal(a, b, 0));
    for (size_t i = 0; i < 8 * sizeof a; i++) {
        b[i / 8] ^= (uint8_t)(1u << (i % 8));
        assert_false(bytes_equal(a, b, sizeof a));
        b[i / 8] ^= (uint8_t)(1u << (i % 8));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_come_back_little_endian),
        cmocka_unit_test(a_reader_that_ran_dry_stays_dry),
        cmocka_unit_test(a_writer_never_runs_past_its_end),
        cmocka_unit_test(equality_sees_every_byte),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
