// SPDX-License-Identifier: Apache-2.0
/* The string functions of lib/app against those of the host. */
#include "app_kernel.h"

#include <string.h>

static int sign(int value)
{
    return (value > 0) - (value < 0);
}

static void memmove_is_right_for_every_overlap(void **state)
{
    (void)state;
    for (size_t from = 0; from < 12; from++) {
        for (size_t to = 0; to < 12; to++) {
            for (size_t length = 0; length < 12; length++) {
                char got[] = "abcdefghijklmnopqrstuvwxyz";
                char wanted[] = "abcdefghijklmnopqrstuvwxyz";

                memmove(wanted + to, wanted + from, length);
                assert_ptr_equal(app_memmove(got + to, got + from, length), got + to);
                assert_string_equal(got, wanted);
            }
        }
    }
}

static void memcpy_and_memset_write_their_range_alone(void **state)
{
    for (size_t length = 0; length < 20; length++) {
        char got[24] = "-----------------------";
        char wanted[24] = "-----------------------";

        memcpy(wanted + 2, "0123456789abcdefghijkl", length);
        assert_ptr_equal(app_memcpy(got + 2, "0123456789abcdefghijkl", length), got + 2);
        assert_memory_equal(got, wanted, sizeof got);
        memset(wanted + 1, 0x1FF, length);
        assert_ptr_equal(app_memset(got + 1, 0x1FF, length), got + 1);
        assert_memory_equal(got, wanted, sizeof got);
    }
    (void)state;
}

static void comparisons_order_bytes_as_unsigned(void **state)
{
    static const char *const texts[] = {"",  "a",    "ab",   "abc",   "abd",  "b",
                                        "A", "\200", "\377", "a\200", "a\001"};
    enum { TEXTS = sizeof texts / sizeof texts[0] };

    (void)state;
    for (size_t i = 0; i < TEXTS; i++) {
        assert_int_equal(app_strlen(texts[i]), strlen(texts[i]));
        for (size_t k = 0; k < TEXTS; k++) {
            assert_int_equal(sign(app_strcmp(texts[i], texts[k])),
                             sign(strcmp(texts[i], texts[k])));
            for (size_t length = 0; length < 5; length++) {
                assert_int_equal(sign(app_strncmp(texts[i], texts[k], length)),
                                 sign(strncmp(texts[i], texts[k], length)));
            }
            for (size_t length = 0; length <= strlen(texts[i]) && length <= strlen(texts[k]);
                 length++) {
                assert_int_equal(sign(app_memcmp(texts[i], texts[k], length)),
                                 sign(memcmp(texts[i], texts[k], length)));
            }
        }
    }
}

static void strchr_finds_the_first_and_the_end(void **state)
{
    static const char text[] = "abcabc\377";

    (void)state;
    for (int byte = -128; byte < 384; byte++) {
        assert_ptr_equal(app_strchr(text, byte), strchr(text, byte));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memmove_is_right_for_every_overlap),
        cmocka_unit_test(memcpy_and_memset_write_their_range_alone),
        cmocka_unit_test(comparisons_order_bytes_as_unsigned),
        cmocka_unit_test(strchr_finds_the_first_and_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
