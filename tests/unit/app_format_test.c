// SPDX-License-Identifier: Apache-2.0
/* printf() of lib/app against that of the host. */
#include "app_kernel.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

/* One format and its arguments, through both. */
#define SAME(...)                                                                                  \
    do {                                                                                           \
        char got[256] = "";                                                                        \
        char wanted[256] = "";                                                                     \
        int length = snprintf(wanted, sizeof wanted, __VA_ARGS__);                                 \
                                                                                                   \
        assert_int_equal(app_snprintf(got, sizeof got, __VA_ARGS__), length);                      \
        assert_string_equal(got, wanted);                                                          \
    } while (0)

static void every_conversion_is_that_of_the_host(void **state)
{
    static const int numbers[] = {0, 1, -1, 9, 10, -10, 99999, INT_MAX, INT_MIN, 0x7F, 255, 256};
    const char *both;
    static const long longs[] = {0, 1, -1, LONG_MAX, LONG_MIN, INT_MIN, UINT_MAX};

    (void)state;
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        int n = numbers[i];
        unsigned u = (unsigned)n;

        SAME("%d|%i|%u|%x|%X", n, n, u, u, u);
        SAME("%5d|%05d|%-5d|%1d", n, n, n, n);
        SAME("%12d|%012d|%-12d|", n, n, n);
        SAME("%08x|%-8x|%8X|%2x", u, u, u, u);
        /* '-' wins over '0'; in variables, since compilers warn of it. */
        both = "%-08d|%0-8d|";
        SAME(both, n, n);
        SAME("%hd|%hu", n & 0x7F, u & 0x7F);
    }
    for (size_t i = 0; i < sizeof longs / sizeof longs[0]; i++) {
        long n = longs[i];
        unsigned long u = (unsigned long)n;

        SAME("%ld|%li|%lu|%lx|%lX", n, n, u, u, u);
        SAME("%24ld|%024ld|%-24ld|%020lx", n, n, n, u);
        SAME("%zu", (size_t)u);
    }
    SAME("%s|%10s|%-10s|%1s|%s", "abc", "abc", "abc", "abc", "");
    SAME("%c|%3c|%-3c|", 'x', 'y', 'z');
    SAME("%p", (void *)&longs);
    SAME("100%%|%%d");
    SAME("no conversion");
    SAME("%s", "");
}

/* Formats whose flags, width and kind are drawn at random. */
static void random_formats_are_those_of_the_host(void **state)
{
    static const char *const flags[] = {"", "-", "0"};
    static const char kinds[] = "diuxX";
    uint32_t seed = 1;

    (void)state;
    for (int i = 0; i < 50000; i++) {
        char format[32];
        char got[128];
        char wanted[128];
        size_t room;
        unsigned value;
        int length;

        seed = seed * 1664525u + 1013904223u;
        value = (seed & 0x100) != 0 ? seed * 2654435761u : seed >> 24;
        room = (seed >> 3) % 40;
        length = snprintf(format, sizeof format, "<%%%s%u%c>", flags[(seed >> 9) % 3],
                          1 + (seed >> 12) % 30, kinds[(seed >> 17) % 5]);
        assert_true(length > 0);
        memset(got, '#', sizeof got);
        memset(wanted, '#', sizeof wanted);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        length = snprintf(wanted, room, format, value);
#pragma GCC diagnostic pop
        assert_int_equal(app_snprintf(got, room, format, value), length);
        assert_memory_equal(got, wanted, sizeof got); /* the end, and nothing behind it */
    }
}

static void a_buffer_is_never_overrun_and_always_terminated(void **state)
{
    char buffer[8];

    (void)state;
    for (size_t size = 0; size <= sizeof buffer; size++) {
        memset(buffer, '#', sizeof buffer);
        assert_int_equal(app_snprintf(buffer, size, "%s", "0123456789"), 10);
        if (size > 0) {
            assert_int_equal(strlen(buffer), size - 1);
        }
        for (size_t i = size; i < sizeof buffer; i++) {
            assert_int_equal(buffer[i], '#');
        }
    }
    assert_int_equal(app_snprintf(NULL, 0, "%d", 12345), 5);
}

static void what_is_odd_does_no_harm(void **state)
{
    char buffer[64];

    (void)state;
    assert_int_equal(app_snprintf(buffer, sizeof buffer, "%s", (const char *)NULL), 6);
    assert_string_equal(buffer, "(null)");
    assert_int_equal(app_snprintf(buffer, sizeof buffer, "a%"), 1);
    assert_string_equal(buffer, "a");
    assert_int_equal(app_snprintf(buffer, sizeof buffer, "a%-08l"), 1);
    assert_int_equal(app_snprintf(buffer, sizeof buffer, "%q%d", 5), 2);
    assert_string_equal(buffer, "q5");
}

static void long_text_goes_to_the_console_whole_and_in_chunks(void **state)
{
    char text[1000];

    (void)state;
    memset(text, 'x', sizeof text);
    text[sizeof text - 1] = '\0';
    for (size_t length = 0; length < 200; length++) {
        app_console_used = 0;
        app_console_writes = 0;
        assert_int_equal(app_printf("%s", text + sizeof text - 1 - length), length);
        assert_int_equal(app_console_used, length);
        assert_int_equal(app_console_writes, (length + 63) / 64);
    }
    app_console_used = 0;
    assert_int_equal(app_printf("<%s|%1000d>", text, 7), 999 + 1000 + 3);
    assert_int_equal(app_console_used, 2002);
    assert_memory_equal(app_console + 1, text, 999);
    assert_memory_equal(app_console + 1997, "   7>", 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_conversion_is_that_of_the_host),
        cmocka_unit_test(random_formats_are_those_of_the_host),
        cmocka_unit_test(a_buffer_is_never_overrun_and_always_terminated),
        cmocka_unit_test(what_is_odd_does_no_harm),
        cmocka_unit_test(long_text_goes_to_the_console_whole_and_in_chunks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
