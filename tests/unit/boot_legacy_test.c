// SPDX-License-Identifier: Apache-2.0
/* Tock's serial protocol: tests/vectors/legacy/protocol.txt, and what no vector can say. */
#include "legacy_bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <base/bytes.h>

enum { TEXT_SIZE = 4096, BYTES_SIZE = 1 << 16 };

static struct legacy legacy;
static uint8_t payload[LEGACY_PAYLOAD_MAX];
static char line[TEXT_SIZE];
static uint8_t sent[BYTES_SIZE];
static uint8_t wanted[BYTES_SIZE];

/* How a host's bytes come in and the board's go out. */
struct manner {
    size_t piece;   /* bytes that come at once; 0: all */
    uint32_t pause; /* milliseconds between them */
    size_t room;    /* bytes that the line takes at once; 0: any number */
};

static void start(void)
{
    bench_reset();
    legacy_init(&legacy, &bench_config, payload);
}

static void turn(const struct manner *manner)
{
    size_t before;

    do {
        before = bench.out_used;
        bench.room = manner->room != 0 ? manner->room : SIZE_MAX;
        legacy_poll(&legacy);
    } while (bench.out_used != before || bench.in_left > 0);
    legacy_poll(&legacy);
}

static void say(const struct manner *manner, const uint8_t *data, size_t length)
{
    for (size_t at = 0; at < length;) {
        size_t piece =
            manner->piece != 0 && manner->piece < length - at ? manner->piece : length - at;

        bench.in = data + at;
        bench.in_left = piece;
        turn(manner);
        bench.now += manner->pause;
        at += piece;
    }
}

/* Bytes in hex with blanks between; xx*n: one byte n times. Stops at '|' and at the end. */
static size_t take_bytes(char **at, uint8_t *out)
{
    size_t count = 0;

    while (**at != '\0' && **at != '|') {
        char digits[3] = {(*at)[0], (*at)[1], '\0'};
        unsigned long times = 1;
        unsigned long byte;

        if (**at == ' ' || **at == '-') {
            ++*at;
            continue;
        }
        byte = strtoul(digits, NULL, 16);
        *at += 2;
        if (**at == '*') {
            times = strtoul(*at + 1, at, 10);
        }
        assert_true(count + times <= BYTES_SIZE);
        memset(out + count, (int)byte, times);
        count += times;
    }
    *at += **at == '|' ? 1 : 0;
    return count;
}

static void exchange(char *at, const struct manner *manner)
{
    char *text = strchr(at, '|');
    size_t said;
    size_t answered;

    assert_non_null(text);
    *text++ = '\0';
    said = take_bytes(&text, sent);
    answered = take_bytes(&text, wanted);
    bench.out_used = 0;
    say(manner, sent, said);
    if (bench.out_used != answered || memcmp(bench.out, wanted, answered) != 0) {
        fail_msg("'%s' answers %zu bytes, %02x %02x ..., instead of %zu, %02x %02x ...", at,
                 bench.out_used, (unsigned)bench.out[0], (unsigned)bench.out[1], answered,
                 (unsigned)wanted[0], (unsigned)wanted[1]);
    }
}

/* Address and bytes; whether the board's memory is set or compared. */
static void memory(char *at, bool set)
{
    uint32_t address = (uint32_t)strtoul(at, &at, 16);
    size_t length = take_bytes(&at, wanted);
    uint8_t *place = bench_at(address, (uint32_t)length);

    assert_non_null(place);
    if (set) {
        memcpy(place, wanted, length);
    }
    assert_memory_equal(place, wanted, length);
}

static unsigned run_vectors(const struct manner *manner)
{
    FILE *file = fopen(GANTRY_SOURCE_DIR "/tests/vectors/legacy/protocol.txt", "r");
    unsigned count = 0;

    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL) {
        char *word = strtok(line, " \n");
        char *rest = strtok(NULL, "\n");

        if (word == NULL || *word == '#') {
            continue;
        }
        if (strcmp(word, "start") == 0) {
            start();
        } else if (strcmp(word, "exchange") == 0) {
            exchange(rest, manner);
            count++;
        } else if (strcmp(word, "fill") == 0 || strcmp(word, "holds") == 0) {
            memory(rest, *word == 'f');
        } else if (strcmp(word, "rate") == 0) {
            assert_int_equal(bench.rate, strtoul(rest, NULL, 10));
        } else if (strcmp(word, "quiet") == 0) {
            bench.now += (uint32_t)strtoul(rest, NULL, 10);
            turn(manner);
        } else {
            fail_msg("a line of vectors begins with '%s'", word);
        }
    }
    fclose(file);
    return count;
}

static void the_vectors_hold_at_once(void **state)
{
    static const struct manner manner = {0};

    (void)state;
    assert_true(run_vectors(&manner) > 80);
}

/* No pause inside a command matters, nor where one falls: also not between FC and what follows. */
static void the_vectors_hold_byte_by_byte(void **state)
{
    static const struct manner manner = {.piece = 1};

    (void)state;
    assert_true(run_vectors(&manner) > 80);
}

static void the_vectors_hold_over_a_slow_line(void **state)
{
    static const struct manner manner = {.piece = 7, .room = 1};

    (void)state;
    assert_true(run_vectors(&manner) > 80);
}

static const struct manner plain = {0};

/* What the board answers to a command behind a sync; its code. */
static unsigned ask(const uint8_t *data, size_t length)
{
    static const uint8_t sync[] = {0x00, 0xFC, 0x05};

    bench.out_used = 0;
    say(&plain, sync, sizeof sync);
    assert_int_equal(bench.out_used, 0);
    say(&plain, data, length);
    return bench.out_used >= 2 && bench.out[0] == 0xFC ? bench.out[1] : 0;
}

static unsigned write_at(uint32_t address)
{
    uint8_t command[4 + 512 + 2];

    memset(command, 0x33, sizeof command);
    bytes_put_u32(command, address);
    command[4 + 512] = 0xFC;
    command[4 + 513] = 0x07;
    return ask(command, sizeof command);
}

static void a_long_pause_inside_a_command_is_no_end(void **state)
{
    static const struct manner slow = {.piece = 1, .pause = 400};
    static const uint8_t command[] = {0x00, 0xFC, 0x05, 0x01, 0xFC, 0x14};

    (void)state;
    start();
    say(&slow, command, sizeof command);
    assert_int_equal(bench.out_used, 66);
}

static void written_pages_are_settled_before_anything_is_read(void **state)
{
    static const uint8_t sum[] = {0, 0, 3, 0, 0, 2, 0, 0, 0xFC, 0x15};
    static const uint8_t leave[] = {0xFC, 0x22};

    (void)state;
    start();
    assert_int_equal(write_at(BENCH_APPS), LEGACY_OK);
    assert_int_equal(write_at(BENCH_APPS + 512), LEGACY_OK);
    assert_true(bench.open);
    assert_int_equal(ask(sum, sizeof sum), LEGACY_CRC_IF);
    assert_false(bench.open);
    assert_int_equal(write_at(BENCH_APPS), LEGACY_OK);
    (void)ask(leave, sizeof leave);
    assert_false(bench.open);
    assert_int_equal(bench.leaves, 1);
    assert_int_equal(bench.out_used, 0);
}

static void silence_settles_pages(void **state)
{
    (void)state;
    start();
    assert_int_equal(write_at(BENCH_APPS), LEGACY_OK);
    bench.now += LEGACY_SETTLE_MS - 1;
    turn(&plain);
    assert_true(bench.open);
    bench.now += 1;
    turn(&plain);
    assert_false(bench.open);
}

static void what_goes_wrong_in_flash_is_said(void **state)
{
    static const uint8_t sum[] = {0, 0, 3, 0, 0, 2, 0, 0, 0xFC, 0x15};

    (void)state;
    start();
    bench.broken = LEGACY_INTERROR;
    assert_int_equal(write_at(BENCH_APPS), LEGACY_INTERROR);
    assert_int_equal(ask(sum, sizeof sum), LEGACY_INTERROR);
    assert_int_equal(bench.out_used, 2); /* an error has no body */
    bench.broken = 0;
    assert_int_equal(ask(sum, sizeof sum), LEGACY_CRC_IF);
}

static void a_poll_ends_though_bytes_keep_coming(void **state)
{
    static uint8_t flood[5000];

    (void)state;
    start();
    memset(flood, 0x55, sizeof flood);
    bench.in = flood;
    bench.in_left = sizeof flood;
    legacy_poll(&legacy);
    assert_int_equal(bench.in_left, sizeof flood - LEGACY_BYTES_PER_POLL);
    turn(&plain);
    assert_int_equal(bench.out_used, 0);
}

/* The rate changes when the answer has left the line, and nothing is read before. */
static void the_rate_changes_behind_the_answer(void **state)
{
    static const uint8_t change[] = {0x01, 0x00, 0x84, 0x03, 0x00, 0xFC, 0x21, 0xFC, 0x01};

    (void)state;
    start();
    bench.in = change;
    bench.in_left = sizeof change;
    bench.waiting = 1;
    legacy_poll(&legacy);
    legacy_poll(&legacy);
    assert_int_equal(bench.rate, BENCH_RATE);
    assert_int_equal(bench.out_used, 2);
    assert_int_equal(bench.in_left, 2);
    bench.waiting = 0;
    legacy_poll(&legacy);
    assert_int_equal(bench.rate,
                     115200); /* the ping was no confirmation: it is the old one again */
    assert_int_equal(bench.out_used, 4);
    assert_int_equal(bench.out[3], LEGACY_BAUD_FAIL);
}

/* Half a command before the change is no part of one behind it. */
static void a_rate_changes_in_the_middle_of_a_command(void **state)
{
    static const uint8_t change[] = {0xAA, 0xFC};
    static const uint8_t step1[] = {0x01, 0x00, 0x84, 0x03, 0x00, 0xFC, 0x21};
    static const uint8_t step2[] = {0x02, 0x00, 0x84, 0x03, 0x00, 0xFC, 0x21};

    (void)state;
    start();
    say(&plain, change, sizeof change); /* FC, then the sync's 00 */
    assert_int_equal(ask(step1, sizeof step1), LEGACY_OK);
    assert_int_equal(bench.rate, 230400);
    bench.out_used = 0;
    say(&plain, step2, sizeof step2);
    assert_int_equal(bench.out_used, 2);
    assert_int_equal(bench.out[1], LEGACY_OK);
    assert_int_equal(bench.rate, 230400);
}

/* Any bytes: answers are well-formed and nothing outside the app region changes. */
static void any_bytes_do_no_harm(void **state)
{
    static uint8_t noise[4096];
    static uint8_t before[BENCH_APPS - BENCH_ATTRIBUTES];
    uint32_t random = 1;

    (void)state;
    start();
    memcpy(before, bench.memory, sizeof before);
    for (unsigned round = 0; round < 200; round++) {
        for (size_t i = 0; i < sizeof noise; i++) {
            random = random * 1664525u + 1013904223u;
            noise[i] =
                random >> 28 < 3 ? 0xFC : (uint8_t)(random >> 20 & (round % 2 ? 0x3F : 0xFF));
        }
        bench.out_used = 0;
        say(&plain, noise, sizeof noise);
        bench.now += 5000;
        turn(&plain);
    }
    assert_memory_equal(before, bench.memory, sizeof before);
    assert_int_equal(ask((const uint8_t *)"\xFC\x01", 2), LEGACY_PONG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_vectors_hold_at_once),
        cmocka_unit_test(the_vectors_hold_byte_by_byte),
        cmocka_unit_test(the_vectors_hold_over_a_slow_line),
        cmocka_unit_test(a_long_pause_inside_a_command_is_no_end),
        cmocka_unit_test(written_pages_are_settled_before_anything_is_read),
        cmocka_unit_test(silence_settles_pages),
        cmocka_unit_test(what_goes_wrong_in_flash_is_said),
        cmocka_unit_test(a_poll_ends_though_bytes_keep_coming),
        cmocka_unit_test(the_rate_changes_behind_the_answer),
        cmocka_unit_test(a_rate_changes_in_the_middle_of_a_command),
        cmocka_unit_test(any_bytes_do_no_harm),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
