// SPDX-License-Identifier: Apache-2.0
#include <base/cobs.h>
#include <base/error.h>

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { LONGEST = 1300 };

static uint32_t random_state = 1;

static uint8_t random_byte(void)
{
    random_state = random_state * 1664525u + 1013904223u;
    return (uint8_t)(random_state >> 24);
}

static void published_examples_hold(void **state)
{
    static const struct {
        uint8_t plain[4];
        size_t plain_length;
        uint8_t encoded[5];
        size_t encoded_length;
    } examples[] = {
        {{0}, 0, {1}, 1},
        {{0}, 1, {1, 1}, 2},
        {{0, 0}, 2, {1, 1, 1}, 3},
        {{0x11, 0x22, 0, 0x33}, 4, {3, 0x11, 0x22, 2, 0x33}, 5},
        {{0x11, 0, 0, 0}, 4, {2, 0x11, 1, 1, 1}, 5},
        {{7, 0}, 2, {2, 7, 1}, 3}, /* how each frame of the flash protocol begins */
    };

    (void)state;
    for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++) {
        uint8_t out[8];
        size_t decoded;

        assert_int_equal(cobs_encode(examples[i].plain, examples[i].plain_length, out, sizeof out),
                         examples[i].encoded_length);
        assert_memory_equal(out, examples[i].encoded, examples[i].encoded_length);
        assert_int_equal(cobs_decode(out, examples[i].encoded_length, &decoded), 0);
        assert_int_equal(decoded, examples[i].plain_length);
        assert_memory_equal(out, examples[i].plain, decoded);
    }
}

static void every_length_comes_back_and_holds_no_zero(void **state)
{
    uint8_t plain[LONGEST];
    uint8_t coded[COBS_ENCODED_MAX(LONGEST)];

    (void)state;
    for (size_t length = 0; length <= LONGEST; length++) {
        for (int zeros = 0; zeros < 2; zeros++) {
            size_t used;
            size_t decoded;

            for (size_t i = 0; i < length; i++) {
                plain[i] = zeros != 0 && random_byte() < 40 ? 0 : (uint8_t)(random_byte() | 1);
            }
            used = cobs_encode(plain, length, coded, sizeof coded);
            assert_in_range(used, 1, COBS_ENCODED_MAX(length));
            assert_null(memchr(coded, 0, used));
            assert_int_equal(cobs_decode(coded, used, &decoded), 0);
            assert_int_equal(decoded, length);
            assert_memory_equal(coded, plain, length);
        }
    }
}

static void pieces_encode_like_the_whole(void **state)
{
    uint8_t plain[600];
    uint8_t whole[COBS_ENCODED_MAX(sizeof plain)];
    uint8_t pieces[sizeof whole];
    size_t length;

    (void)state;
    for (size_t i = 0; i < sizeof plain; i++) {
        plain[i] = (uint8_t)(i % 300);
    }
    length = cobs_encode(plain, sizeof plain, whole, sizeof whole);
    for (size_t cut = 0; cut <= sizeof plain; cut += 7) {
        struct cobs_encoder encoder;

        cobs_encode_begin(&encoder, pieces, sizeof pieces);
        cobs_encode_add(&encoder, plain, cut);
        cobs_encode_add(&encoder, plain + cut, sizeof plain - cut);
        assert_int_equal(cobs_encode_end(&encoder), length);
        assert_memory_equal(pieces, whole, length);
    }
}

static void output_that_does_not_fit_is_refused(void **state)
{
    uint8_t plain[300];
    uint8_t out[COBS_ENCODED_MAX(sizeof plain)];
    size_t needed;

    (void)state;
    memset(plain, 1, sizeof plain);
    needed = cobs_encode(plain, sizeof plain, out, sizeof out);
    for (size_t room = 0; room < needed; room++) {
        assert_int_equal(cobs_encode(plain, sizeof plain, out, room), 0);
    }
    assert_int_equal(cobs_encode(plain, sizeof plain, out, needed), needed);
}

static void damaged_codes_are_refused_or_stay_inside(void **state)
{
    size_t decoded;
    uint8_t zero[] = {2, 0};
    uint8_t past[] = {3, 1};
    uint8_t lone[] = {0};

    (void)state;
    assert_int_equal(cobs_decode(zero, sizeof zero, &decoded), BASE_E_COBS);
    assert_int_equal(cobs_decode(past, sizeof past, &decoded), BASE_E_COBS);
    assert_int_equal(cobs_decode(lone, sizeof lone, &decoded), BASE_E_COBS);
    assert_int_equal(cobs_decode(lone, 0, &decoded), BASE_E_COBS);
    for (int round = 0; round < 20000; round++) {
        uint8_t data[40];
        size_t length = 1 + random_byte() % sizeof data;

        for (size_t i = 0; i < length; i++) {
            data[i] = random_byte() & 0x1F;
        }
        if (cobs_decode(data, length, &decoded) == 0) {
            assert_true(decoded < length);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_examples_hold),
        cmocka_unit_test(every_length_comes_back_and_holds_no_zero),
        cmocka_unit_test(pieces_encode_like_the_whole),
        cmocka_unit_test(output_that_does_not_fit_is_refused),
        cmocka_unit_test(damaged_codes_are_refused_or_stay_inside),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
