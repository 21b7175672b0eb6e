// SPDX-License-Identifier: Apache-2.0
/* The device's side of a raised line rate: which ones it takes, when it changes, when it goes back;
 * and requests that are sent without waiting for the answer before. */
#include "link_support.h"

#include <link/rate.h>

enum { USUAL = 115200, MOST = 921600 };

static struct rig rig;
static struct link_rate rate;

static void start(void)
{
    rig_start(&rig);
    rig_hello(&rig);
    rate = (struct link_rate){.usual = USUAL, .most = MOST};
}

static uint8_t ask(uint32_t wanted)
{
    uint8_t arguments[4];

    bytes_put_u32(arguments, wanted);
    return link_rate_ask(&rate, arguments, sizeof arguments);
}

static uint32_t settle(void)
{
    return link_rate_poll(&rate, &rig.device, true);
}

/* A frame that keeps the session and the rate. */
static void ping(uint16_t sequence)
{
    rig_ask(&rig, sequence, LINK_PING, NULL, 0);
    assert_int_equal(rig_reply(&rig, sequence, LINK_PING), LINK_OK);
}

static void rates_that_the_line_cannot_have_are_refused(void **state)
{
    static const uint32_t hostile[] = {0, 1, 300, USUAL - 1, MOST + 1, 0x7FFFFFFF, UINT32_MAX};
    static const uint8_t zeros[16] = {0};

    (void)state;
    start();
    for (size_t i = 0; i < sizeof hostile / sizeof hostile[0]; i++) {
        assert_int_equal(ask(hostile[i]), LINK_UNSUPPORTED);
        assert_int_equal(settle(), 0);
    }
    for (size_t length = 0; length <= sizeof zeros; length++) {
        assert_int_equal(link_rate_ask(&rate, zeros, length),
                         length == 4 ? LINK_UNSUPPORTED : LINK_MALFORMED);
    }
    rate.most = 0;
    assert_int_equal(ask(USUAL), LINK_UNSUPPORTED);
    assert_int_equal(settle(), 0);
}

static void rate_changes_when_the_answer_has_left(void **state)
{
    (void)state;
    start();
    assert_int_equal(ask(MOST), LINK_OK);
    assert_int_equal(link_rate_poll(&rate, &rig.device, false), 0);
    rig.device.reply_due = true;
    assert_int_equal(settle(), 0);
    rig.device.reply_due = false;
    rig.device.staged_length = rig.device.staged_sent + 1;
    assert_int_equal(settle(), 0);
    rig.device.staged_length = rig.device.staged_sent;
    assert_int_equal(settle(), MOST);
    assert_int_equal(settle(), 0);
}

static void what_is_not_confirmed_is_taken_back(void **state)
{
    (void)state;
    start();
    assert_int_equal(ask(460800), LINK_OK);
    assert_int_equal(settle(), 460800);
    rig.now += LINK_RATE_MS - 1;
    assert_int_equal(settle(), 0);
    rig.now += 1;
    assert_int_equal(settle(), USUAL);
    assert_int_equal(settle(), 0);
    assert_true(link_device_session(&rig.device));
    ping(7);
}

static void noise_does_not_keep_the_rate(void **state)
{
    static const uint8_t noise[] = {0, 2, 1, 1, 0xA5, 0, 'x', 0, 0};

    (void)state;
    start();
    assert_int_equal(ask(MOST), LINK_OK);
    assert_int_equal(settle(), MOST);
    for (unsigned i = 0; i < 10; i++) {
        rig.now += LINK_RATE_MS / 10;
        rig_put(&rig, noise, sizeof noise);
        rig_run(&rig);
    }
    assert_int_equal(settle(), USUAL);
}

static void good_frames_keep_the_rate_and_bye_ends_it(void **state)
{
    (void)state;
    start();
    assert_int_equal(ask(MOST), LINK_OK);
    assert_int_equal(settle(), MOST);
    for (uint16_t i = 0; i < 20; i++) {
        rig.now += LINK_RATE_MS - 1;
        ping((uint16_t)(10 + i));
        assert_int_equal(settle(), 0);
    }
    rig_ask(&rig, 50, LINK_BYE, NULL, 0);
    assert_int_equal(link_rate_poll(&rate, &rig.device, false), 0);
    assert_int_equal(settle(), USUAL);
    assert_int_equal(settle(), 0);
}

static void rate_can_be_lowered_by_asking(void **state)
{
    (void)state;
    start();
    assert_int_equal(ask(MOST), LINK_OK);
    assert_int_equal(settle(), MOST);
    assert_int_equal(ask(USUAL), LINK_OK);
    assert_int_equal(settle(), USUAL);
    rig.now += LINK_RATE_MS;
    assert_int_equal(settle(), 0);
}

static void request_that_ends_with_its_session_changes_nothing(void **state)
{
    (void)state;
    start();
    assert_int_equal(ask(MOST), LINK_OK);
    rig_ask(&rig, 50, LINK_BYE, NULL, 0);
    assert_int_equal(settle(), 0);
    assert_int_equal(settle(), 0);
}

/* However little the line takes at a time, each request has its own answer, and in order. */
static void requests_in_a_row_are_all_answered(void **state)
{
    (void)state;
    for (size_t room = 1; room < 64; room += 7) {
        rig_start(&rig);
        rig_hello(&rig);
        for (uint16_t i = 0; i < 32; i++) {
            const uint8_t body[] = {(uint8_t)(100 + i), 0, LINK_LIST, 0, (uint8_t)i};

            rig_put_frame(&rig, LINK_REQUEST, body, sizeof body);
        }
        for (unsigned polls = 0; rig.in_next < rig.in_end || polls < 2000; polls++) {
            rig.out_room = room;
            (void)link_device_poll(&rig.device);
        }
        assert_int_equal(rig.requests, 32);
        for (uint16_t i = 0; i < 32; i++) {
            assert_int_equal(rig_reply(&rig, (uint16_t)(100 + i), LINK_LIST), LINK_OK);
        }
        assert_true(rig_is_silent(&rig));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rates_that_the_line_cannot_have_are_refused),
        cmocka_unit_test(rate_changes_when_the_answer_has_left),
        cmocka_unit_test(what_is_not_confirmed_is_taken_back),
        cmocka_unit_test(noise_does_not_keep_the_rate),
        cmocka_unit_test(good_frames_keep_the_rate_and_bye_ends_it),
        cmocka_unit_test(rate_can_be_lowered_by_asking),
        cmocka_unit_test(request_that_ends_with_its_session_changes_nothing),
        cmocka_unit_test(requests_in_a_row_are_all_answered),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
