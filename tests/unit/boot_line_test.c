// SPDX-License-Identifier: Apache-2.0
/* Two protocols on one line: each host gets its own, and nobody the other's bytes. */
#include "legacy_line.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <base/bytes.h>

static bool locked;

static uint8_t request(void *context, uint8_t command, const uint8_t *arguments, size_t length,
                       struct link_reply *reply)
{
    (void)context;
    (void)arguments;
    (void)length;
    if (command == LINK_BEGIN) {
        link_device_transfer(&engine, 4 * LINK_BLOCK, 0);
    }
    reply->length = 0;
    return LINK_OK;
}

static uint8_t take(void *context, uint32_t offset, const uint8_t *data, size_t length,
                    uint32_t complete)
{
    (void)context;
    (void)offset;
    (void)data;
    (void)length;
    (void)complete;
    return LINK_OK;
}

static bool allowed(void)
{
    return !locked;
}

static int set_up(void **state)
{
    static struct link_device_config config;

    (void)state;
    locked = false;
    config = shared_config();
    config.request = request;
    config.data = take;
    shared_start(&config, allowed, engine.payload);
    return 0;
}

static void turns(void)
{
    do {
        (void)link_device_poll(&engine);
    } while (bench.in_left > 0);
    for (unsigned i = 0; i < 4; i++) {
        (void)link_device_poll(&engine);
    }
}

/* One burst of bytes, with silence behind it. */
static void say_and_wait(const void *data, size_t length, uint32_t wait_ms)
{
    bench.out_used = 0;
    bench.in = data;
    bench.in_left = length;
    turns();
    bench.now += wait_ms;
}

static void say(const void *data, size_t length)
{
    say_and_wait(data, length, 500);
}

#define SAY(...) say((const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__}))

static size_t native(uint8_t *out, uint16_t sequence, uint8_t command)
{
    const uint8_t body[4] = {(uint8_t)sequence, (uint8_t)(sequence >> 8), command, 0};

    return link_frame_encode(LINK_REQUEST, body, sizeof body, NULL, 0, out,
                             LINK_FRAME_SIZE(sizeof body));
}

/* The status of the flash protocol's only answer; -1: there is none. */
static int status_of(uint8_t command)
{
    struct link_decoder decoder;
    uint8_t payload[LINK_PAYLOAD_MAX];
    int status = -1;

    link_decoder_init(&decoder, payload, sizeof payload);
    for (size_t i = 0; i < bench.out_used; i++) {
        if (link_frame_feed(&decoder, bench.out[i]) == LINK_FOUND_FRAME &&
            decoder.type == LINK_REPLY && decoder.body[2] == command) {
            assert_int_equal(status, -1);
            status = decoder.body[3];
        }
    }
    return status;
}

static int say_native(uint16_t sequence, uint8_t command)
{
    uint8_t frame[LINK_FRAME_SIZE(4)];

    say(frame, native(frame, sequence, command));
    return status_of(command);
}

static bool ponged(void)
{
    return bench.out_used == 2 && bench.out[0] == 0xFC && bench.out[1] == LEGACY_PONG;
}

static void a_ping_turns_the_line_over(void **state)
{
    (void)state;
    SAY(0xFC, 0x01);
    assert_true(ponged());
    assert_true(shared.is_legacy);
    assert_int_equal(say_native(1, LINK_HELLO), -1);
    SAY(0xFC, 0x01);
    assert_true(ponged());
}

static void a_sync_turns_the_line_over(void **state)
{
    (void)state;
    SAY(0x00, 0xFC, 0x05, 0x01, 0xFC, 0x14);
    assert_int_equal(bench.out_used, 66);
    assert_memory_equal(bench.out + 2, "arch", 4);
}

static void a_session_keeps_the_line(void **state)
{
    (void)state;
    assert_int_equal(say_native(1, LINK_HELLO), LINK_OK);
    SAY(0xFC, 0x01);
    SAY(0x00, 0xFC, 0x05);
    assert_int_equal(bench.out_used, 0);
    assert_int_equal(say_native(2, LINK_PING), LINK_OK);
    assert_int_equal(say_native(3, LINK_BYE), LINK_OK);
    SAY(0xFC, 0x01);
    assert_true(ponged());
}

static void a_session_that_fell_silent_does_not(void **state)
{
    (void)state;
    assert_int_equal(say_native(1, LINK_HELLO), LINK_OK);
    bench.now += LINK_SESSION_MS;
    turns();
    SAY(0xFC, 0x01);
    assert_true(ponged());
}

/* HELLO and a ping in one burst: whose frame was whole first has the line. */
static void hello_and_a_ping_at_once(void **state)
{
    uint8_t burst[LINK_FRAME_SIZE(4) + 2];
    size_t length = native(burst, 1, LINK_HELLO);

    (void)state;
    burst[length++] = 0xFC;
    burst[length++] = 0x01;
    say(burst, length);
    assert_int_equal(status_of(LINK_HELLO), LINK_OK);
    assert_false(shared.is_legacy);
}

static void a_ping_and_hello_at_once(void **state)
{
    uint8_t burst[LINK_FRAME_SIZE(4) + 2] = {0xFC, 0x01};

    (void)state;
    say(burst, 2 + native(burst + 2, 1, LINK_HELLO));
    assert_true(ponged());
}

/* A frame that holds FC 01 and an FC 05 behind no zero, whole or damaged, is no ping. */
static void bytes_inside_a_frame_are_not_looked_at(void **state)
{
    const uint8_t body[12] = {1, 0, LINK_PING, 0xFC, 0x01, 0xFC, 0x05, 0xFC, 0x01, 0xFC, 0x05, 1};
    uint8_t frame[LINK_FRAME_SIZE(sizeof body)];
    size_t length =
        link_frame_encode(LINK_REQUEST, body, sizeof body, NULL, 0, frame, sizeof frame);

    (void)state;
    for (size_t i = 0; i < length; i++) {
        uint8_t damaged[sizeof frame];

        memcpy(damaged, frame, sizeof frame);
        if (i > 2 && i < length - 1) {
            damaged[i] ^= 0x40;
            damaged[i] = damaged[i] == 0 ? 1 : damaged[i];
        }
        say(damaged, length);
        assert_false(shared.is_legacy);
    }
    assert_int_equal(say_native(2, LINK_HELLO), LINK_OK);
}

/* Whatever piece of a frame is lost, what is left of it is no ping either. */
static void the_rest_of_a_frame_is_no_ping(void **state)
{
    const uint8_t body[8] = {1, 0, LINK_PING, 7, 0xFC, 0x01, 0xFC, 0x01};
    uint8_t frame[LINK_FRAME_SIZE(sizeof body)];
    size_t length =
        link_frame_encode(LINK_REQUEST, body, sizeof body, NULL, 0, frame, sizeof frame);

    (void)state;
    for (size_t i = 0; i < length; i++) {
        if (frame[i] != 0xFC) {
            say(frame + i, length - i);
            assert_false(shared.is_legacy);
        }
    }
}

static void half_a_frame_does_not_hide_pings(void **state)
{
    (void)state;
    SAY(0x00, 0x02, 0x01, 0x05);
    SAY(0xFC, 0x01);
    assert_true(ponged());
}

/* However fast they come: it counts from its own begin when half a frame is given up. */
static void fast_pings_do_not_keep_half_a_frame_alive(void **state)
{
    static const uint8_t half[] = {0x00, 0x02, 0x01, 0x05};
    static const uint8_t ping[] = {0xFC, 0x01};
    static const uint32_t gaps[] = {11, 50, 100, 249};

    for (size_t i = 0; i < sizeof gaps / sizeof gaps[0]; i++) {
        uint32_t waited = gaps[i];

        set_up(state);
        say_and_wait(half, sizeof half, gaps[i]);
        while (!shared.is_legacy && waited < 600) {
            say_and_wait(ping, sizeof ping, gaps[i]);
            waited += gaps[i];
        }
        assert_true(shared.is_legacy && ponged());
    }
}

/* The largest frame, in pieces that look like pings, from a host that pauses behind each. */
static void a_frame_in_slow_pieces_stays_a_frame(void **state)
{
    enum { PIECE = 64, GAP_MS = 28 }; /* 6 ms of a piece's 28 are its bytes, at 115200 */
    static uint8_t frame[LINK_FRAME_SIZE(LINK_BODY_MAX)];
    static uint8_t body[LINK_BODY_MAX];

    (void)state;
    for (unsigned odd = 0; odd < 2; odd++) {
        size_t length;

        for (size_t i = 0; i < sizeof body; i++) {
            body[i] = i % 2 == odd ? 0xFC : 0x01;
        }
        length = link_frame_encode(LINK_DATA, body, sizeof body, NULL, 0, frame, sizeof frame);
        assert_int_equal(length, sizeof frame);
        for (size_t at = 0; at < length; at += PIECE) {
            const size_t left = length - at;

            say_and_wait(frame + at, left < PIECE ? left : PIECE, GAP_MS);
            assert_false(shared.is_legacy);
        }
    }
    bench.now += 500;
    assert_int_equal(say_native(1, LINK_HELLO), LINK_OK);
}

static void an_endless_frame_does_not_hide_a_sync(void **state)
{
    static uint8_t endless[4000];

    (void)state;
    memset(endless, 0xAA, sizeof endless);
    endless[0] = 0;
    endless[1] = 2;
    say(endless, sizeof endless);
    SAY(0x00, 0xFC, 0x05, 0xFC, 0x01);
    assert_true(ponged());
}

/* FC and what follows may come with any pause between. */
static void an_escape_cut_in_the_middle(void **state)
{
    (void)state;
    SAY(0xFC);
    SAY(0x01);
    assert_true(ponged());
    assert_int_equal(set_up(NULL), 0);
    SAY(0x00);
    SAY(0xFC);
    SAY(0x05);
    assert_true(shared.is_legacy);
    SAY(0xFC);
    SAY(0x01);
    assert_true(ponged());
}

static void noise_before_a_ping(void **state)
{
    (void)state;
    SAY(0x55, 0xFF, 0x80);
    SAY(0xFC, 0x01);
    assert_true(ponged());
}

static void exit_alone_is_nothing(void **state)
{
    (void)state;
    SAY(0xFC, 0x22);
    assert_int_equal(bench.leaves, 0);
    assert_false(shared.is_legacy);
    SAY(0xFC, 0x01);
    SAY(0xFC, 0x22);
    assert_int_equal(bench.leaves, 1);
}

/* A host of Tock's that dies leaves a line behind that another host can have without a reset. */
static void a_host_that_is_gone_does_not_keep_the_line(void **state)
{
    (void)state;
    SAY(0xFC, 0x01);
    SAY(0x00, 0xFC, 0x05, 0x01, 0x00, 0x84, 0x03, 0x00, 0xFC, 0x21);
    SAY(0x02, 0x00, 0x84, 0x03, 0x00, 0xFC, 0x21);
    assert_int_equal(bench.out[1], LEGACY_OK);
    assert_int_equal(bench.rate, 230400);
    bench.open = true;
    SAY(0x00, 0x00, 0x03); /* half a command */
    bench.room = 0;        /* and it reads nothing any more */
    SAY(0xFC, 0x03);
    bench.now += LEGACY_PATIENCE_MS - 501;
    turns();
    assert_true(shared.is_legacy);
    assert_int_equal(bench.rate, 230400);
    bench.now += 1;
    turns();
    assert_false(shared.is_legacy);
    assert_int_equal(bench.rate, BENCH_RATE);
    assert_false(bench.open);
    bench.room = SIZE_MAX;
    assert_int_equal(say_native(1, LINK_HELLO), LINK_OK);
    assert_int_equal(say_native(2, LINK_BYE), LINK_OK);
    SAY(0xFC, 0x01);
    assert_true(ponged());
}

/* However long it was quiet before: the host has its minute from its first byte on. */
static void a_host_that_comes_late_has_its_time(void **state)
{
    (void)state;
    bench.now += 2 * LEGACY_PATIENCE_MS;
    SAY(0x00, 0xFC, 0x05);
    assert_true(shared.is_legacy);
    bench.now += LEGACY_PATIENCE_MS - 501;
    SAY(0xFC, 0x01);
    assert_true(ponged());
    assert_true(shared.is_legacy);
}

static void a_locked_board_has_no_legacy_protocol(void **state)
{
    (void)state;
    locked = true;
    SAY(0xFC, 0x01);
    SAY(0x00, 0xFC, 0x05, 0x00, 0xFC, 0x14);
    assert_int_equal(bench.out_used, 0);
    assert_int_equal(say_native(1, LINK_HELLO), LINK_OK);
}

/* The flash protocol's frames inside a page of Tock's are that page's. */
static void frames_inside_a_page_are_the_pages(void **state)
{
    static uint8_t command[4 + 512 + 2];
    uint8_t frame[LINK_FRAME_SIZE(4)];
    size_t length = native(frame, 1, LINK_HELLO);

    (void)state;
    SAY(0xFC, 0x01);
    bytes_put_u32(command, BENCH_APPS);
    memset(command + 4, 0x77, 512);
    memcpy(command + 100, frame, length);
    command[516] = 0xFC;
    command[517] = 0x07;
    SAY(0x00, 0xFC, 0x05);
    say(command, sizeof command);
    assert_int_equal(bench.out_used, 2);
    assert_int_equal(bench.out[1], LEGACY_OK);
    assert_memory_equal(bench_at(BENCH_APPS, 512), command + 4, 512);
    assert_false(link_device_session(&engine));
}

/* Bytes of both protocols and neither, in pieces of any size: the line always answers somebody. */
static void any_mixture_leaves_a_line_that_answers(void **state)
{
    static uint8_t mixture[600];
    uint32_t random = 7;

    (void)state;
    for (unsigned round = 0; round < 400; round++) {
        size_t used = 0;

        (void)set_up(NULL);
        while (used < sizeof mixture - LINK_FRAME_SIZE(4) - 8) {
            random = random * 1664525u + 1013904223u;
            switch (random >> 28) {
            case 0:
                used += native(mixture + used, (uint16_t)random, LINK_HELLO);
                break;
            case 1:
                used += native(mixture + used, (uint16_t)random, LINK_INFO);
                break;
            case 2:
                memcpy(mixture + used, "\x00\xFC\x05", 3);
                used += 3;
                break;
            case 3:
                memcpy(mixture + used, "\xFC\x01", 2);
                used += 2;
                break;
            default:
                mixture[used++] = (uint8_t)(random >> 16);
                break;
            }
        }
        for (size_t at = 0; at < used; at += 1 + random % 40) {
            size_t piece = 1 + random % 40;

            say(mixture + at, piece < used - at ? piece : used - at);
        }
        bench.now += LINK_SESSION_MS;
        turns();
        if (shared.is_legacy) {
            SAY(0x00, 0xFC, 0x05, 0xFC, 0x01);
            assert_true(ponged());
        } else {
            SAY(0x00);
            assert_int_equal(say_native(9, LINK_HELLO), LINK_OK);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_ping_turns_the_line_over, set_up),
        cmocka_unit_test_setup(a_sync_turns_the_line_over, set_up),
        cmocka_unit_test_setup(a_session_keeps_the_line, set_up),
        cmocka_unit_test_setup(a_session_that_fell_silent_does_not, set_up),
        cmocka_unit_test_setup(hello_and_a_ping_at_once, set_up),
        cmocka_unit_test_setup(a_ping_and_hello_at_once, set_up),
        cmocka_unit_test_setup(bytes_inside_a_frame_are_not_looked_at, set_up),
        cmocka_unit_test_setup(the_rest_of_a_frame_is_no_ping, set_up),
        cmocka_unit_test_setup(half_a_frame_does_not_hide_pings, set_up),
        cmocka_unit_test_setup(fast_pings_do_not_keep_half_a_frame_alive, set_up),
        cmocka_unit_test_setup(a_frame_in_slow_pieces_stays_a_frame, set_up),
        cmocka_unit_test_setup(an_endless_frame_does_not_hide_a_sync, set_up),
        cmocka_unit_test_setup(an_escape_cut_in_the_middle, set_up),
        cmocka_unit_test_setup(noise_before_a_ping, set_up),
        cmocka_unit_test_setup(exit_alone_is_nothing, set_up),
        cmocka_unit_test_setup(a_host_that_is_gone_does_not_keep_the_line, set_up),
        cmocka_unit_test_setup(a_host_that_comes_late_has_its_time, set_up),
        cmocka_unit_test_setup(a_locked_board_has_no_legacy_protocol, set_up),
        cmocka_unit_test_setup(frames_inside_a_page_are_the_pages, set_up),
        cmocka_unit_test_setup(any_mixture_leaves_a_line_that_answers, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
