// SPDX-License-Identifier: Apache-2.0
#include <base/crc32.h>

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void published_check_values_hold(void **state)
{
    (void)state;
    assert_int_equal(crc32_update(CRC32_START, "123456789", 9), 0xCBF43926);
    assert_int_equal(crc32_update(CRC32_START, NULL, 0), 0);
    assert_int_equal(crc32_posix("123456789", 9), 0x765E7680);
    assert_int_equal(crc32_posix("blink", 5), 0x1D19E248);
    assert_int_equal(crc32_posix(NULL, 0), 0xFFFFFFFF);
}

static void pieces_give_the_same_as_the_whole(void **state)
{
    const char text[] = "the quick brown fox jumps over the lazy dog";
    uint32_t whole = crc32_update(CRC32_START, text, sizeof text);

    (void)state;
    for (size_t cut = 0; cut <= sizeof text; cut++) {
        uint32_t crc = crc32_update(CRC32_START, text, cut);

        assert_int_equal(crc32_update(crc, text + cut, sizeof text - cut), whole);
        crc = crc32_posix_update(CRC32_POSIX_START, text, cut);
        assert_int_equal(crc32_posix_update(crc, text + cut, sizeof text - cut),
                         crc32_posix(text, sizeof text));
    }
}

static void every_single_bit_error_is_found(void **state)
{
    uint8_t data[64] = {1, 2, 3};
    uint32_t right = crc32_update(CRC32_START, data, sizeof data);

    (void)state;
    for (size_t bit = 0; bit < 8 * sizeof data; bit++) {
        data[bit / 8] ^= (uint8_t)(1u << (bit % 8));
        assert_int_not_equal(crc32_update(CRC32_START, data, sizeof data), right);
        data[bit / 8] ^= (uint8_t)(1u << (bit % 8));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_check_values_hold),
        cmocka_unit_test(pieces_give_the_same_as_the_whole),
        cmocka_unit_test(every_single_bit_error_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
