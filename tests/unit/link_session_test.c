// SPDX-License-Identifier: Apache-2.0
/* The device's end: sessions, requests and repeats, and frames that are damaged. */
#include "link_support.h"

static struct rig rig;

static void hello_is_answered_with_the_session(void **state)
{
    static const uint8_t version[2] = {LINK_VERSION, 0};
    struct rig_frame frame;
    struct link_hello hello;

    (void)state;
    rig_start(&rig);
    rig_ask(&rig, 0xBEEF, LINK_HELLO, version, sizeof version);
    assert_true(rig_take(&rig, &frame));
    assert_int_equal(frame.type, LINK_REPLY);
    assert_int_equal(bytes_get_u16(frame.body), 0xBEEF);
    assert_true(link_get_hello(frame.body + 4, frame.length - 4, &hello));
    assert_int_equal(hello.version, LINK_VERSION);
    assert_int_equal(hello.mode, LINK_MODE_KERNEL);
    assert_int_equal(hello.window, 4);
    assert_int_equal(hello.block, LINK_BLOCK);
    assert_int_equal(hello.session, 1);
    assert_int_equal(rig.opened, 1);
    assert_true(rig_is_silent(&rig));
}

static void without_a_session_nothing_but_hello_and_bye_works(void **state)
{
    (void)state;
    rig_start(&rig);
    for (uint8_t command = 3; command <= LINK_COMMAND_LAST + 1; command++) {
        rig_ask(&rig, command, command, NULL, 0);
        assert_int_equal(rig_reply(&rig, command, command), LINK_NO_SESSION);
    }
    rig_ask(&rig, 99, LINK_BYE, NULL, 0);
    assert_int_equal(rig_reply(&rig, 99, LINK_BYE), LINK_OK);
    assert_int_equal(rig.requests, 0);
    assert_false(link_device_session(&rig.device));
    assert_int_equal(link_device_deadline(&rig.device), UINT32_MAX);
}

static void bye_ends_the_session_and_is_answered(void **state)
{
    (void)state;
    rig_start(&rig);
    rig_hello(&rig);
    rig_ask(&rig, 2, LINK_BYE, NULL, 0);
    assert_int_equal(rig_reply(&rig, 2, LINK_BYE), LINK_OK);
    assert_false(link_device_session(&rig.device));
    assert_int_equal(rig.closed, 1);
    rig_ask(&rig, 2, LINK_BYE, NULL, 0);
    assert_int_equal(rig_reply(&rig, 2, LINK_BYE), LINK_OK);
    assert_int_equal(rig.closed, 1);
}

static void three_seconds_of_silence_end_the_session(void **state)
{
    (void)state;
    rig_start(&rig);
    rig_hello(&rig);
    for (uint16_t i = 0; i < 5; i++) {
        rig.now += LINK_SESSION_MS - 1;
        assert_int_equal(link_device_deadline(&rig.device), 1);
        rig_ask(&rig, (uint16_t)(10 + i), LINK_PING, NULL, 0);
        assert_int_equal(rig_reply(&rig, (uint16_t)(10 + i), LINK_PING), LINK_OK);
    }
    rig.now += LINK_SESSION_MS;
    assert_int_equal(link_device_deadline(&rig.device), 0);
    rig_run(&rig);
    assert_false(link_device_session(&rig.device));
    assert_int_equal(rig.closed, 1);
    rig_ask(&rig, 20, LINK_INFO, NULL, 0);
    assert_int_equal(rig_reply(&rig, 20, LINK_INFO), LINK_NO_SESSION);
}

static void noise_does_not_keep_a_session_alive(void **state)
{
    static const uint8_t noise[] = {0, 2, 1, 1, 1, 0, 'x', 'y'};

    (void)state;
    rig_start(&rig);
    rig_hello(&rig);
    for (int i = 0; i < 3; i++) {
        rig.now += 1000;
        rig_put(&rig, noise, sizeof noise);
        rig_run(&rig);
    }
    assert_false(link_device_session(&rig.device));
}

static void a_hello_with_the_number_of_an_old_one_opens_a_session(void **state)
{
    (void)state;
    rig_start(&rig);
    rig_hello(&rig);
    rig.now += LINK_SESSION_MS;
    rig_run(&rig);
    assert_false(link_device_session(&rig.device));
    rig_hello(&rig);
    assert_int_equal(rig.opened, 2);
}

static void a_hello_that_comes_again_is_the_same_session(void **state)
{
    struct rig_frame first;
    struct rig_frame second;

    (void)state;
    rig_start(&rig);
    rig_ask(&rig, 1, LINK_HELLO, "\1", 2);
    rig_ask(&rig, 1, LINK_HELLO, "\1", 2);
    assert_true(rig_take(&rig, &first));
    assert_true(rig_take(&rig, &second));
    assert_int_equal(first.length, second.length);
    assert_memory_equal(first.body, second.body, first.length);
    assert_int_equal(rig.opened, 1);
}

static void a_second_host_takes_the_session_over(void **state)
{
    struct rig_frame frame;
    struct link_hello hello;

    (void)state;
    rig_start(&rig);
    rig_hello(&rig);
    rig.status = LINK_PENDING;
    rig_ask(&rig, 2, LINK_REMOVE, NULL, 0);
    assert_int_equal(rig_reply(&rig, 2, LINK_REMOVE), LINK_PENDING);
    rig_ask(&rig, 700, LINK_HELLO, "\1", 2);
    assert_true(rig_take(&rig, &frame));
    assert_true(link_get_hello(frame.body + 4, frame.length - 4, &hello));
    assert_int_equal(hello.session, 2);
    /* The first host's job ends: its answer is nobody's. */
    link_device_complete(&rig.device, LINK_OK, NULL);
    rig_run(&rig);
    assert_true(rig_is_silent(&rig));
}

static void a_repeated_command_is_answered_again_not_done_again(void **state)
{
    struct rig_frame first;
    struct rig_frame again;

    (void)state;
    rig_start(&rig);
    rig_hello(&rig);
    rig_ask(&rig, 2, LINK_REMOVE, "arguments", 9);
    assert_true(rig_take(&rig, &first));
    assert_int_equal(rig.arguments_length, 9);
    assert_memory_equal(rig.arguments, "arguments", 9);
    for (int i = 0; i < 3; i++) {
        rig_ask(&rig, 2, LINK_REMOVE, "arguments", 9);
        assert_true(rig_take(&rig, &again));
        assert_int_equal(again.length, first.length);
        assert_memory_equal(again.body, first.body, first.length);
    }
    assert_int_equal(rig.requests, 1);
    assert_int_equal(rig.device.statistics.repeated, 3);
    /* Another number, or another command under the same number, is another request. */
    rig_ask(&rig, 3, LINK_REMOVE, NULL, 0);
    rig_ask(&rig, 3, LINK_START, NULL, 0);
    assert_int_equal(rig.requests, 3);
}

static void a_repeat_does_not_outlive_its_session(void **state)
{
    (void)state;
    rig_start(&rig);
    rig_hello(&rig);
    rig_ask(&rig, 2, LINK_REMOVE, NULL, 0);
    assert_int_equal(rig_reply(&rig, 2, LINK_REMOVE), LINK_OK);
    rig.now += LINK_SESSION_MS;
    rig_run(&rig);
    rig_ask(&rig, 2, LINK_REMOVE, NULL, 0);
    assert_int_equal(rig_reply(&rig, 2, LINK_REMOVE), LINK_NO_SESSION);
    assert_int_equal(rig.requests, 1);
}

static void work_that_takes_longer_is_pending_until_its_one_answer(void **state)
{
    struct link_reply reply = {.data = {7, 8}, .length = 2};
    struct rig_frame frame;

    (void)state;
    rig_start(&rig);
    rig_hello(&rig);
    rig.status = LINK_PENDING;
    rig_ask(&rig, 2, LINK_BEGIN, NULL, 0);
    assert_int_equal(rig_reply(&rig, 2, LINK_BEGIN), LINK_PENDING);
    rig_ask(&rig, 3, LINK_PING, NULL, 0);
    assert_int_equal(rig_reply(&rig, 3, LINK_PING), LINK_OK);
    rig_ask(&rig, 2, LINK_BEGIN, NULL, 0);
    assert_int_equal(rig_reply(&rig, 2, LINK_BEGIN), LINK_PENDING);
    assert_int_equal(rig.requests, 1);
    link_device_complete(&rig.device, LINK_SIGNATURE, &reply);
    link_device_complete(&rig.device, LINK_OK, NULL); /* a second end means nothing */
    rig_run(&rig);
    assert_true(rig_take(&rig, &frame));
    assert_int_equal(bytes_get_u16(frame.body), 2);
    assert_int_equal(frame.body[3], LINK_SIGNATURE);
    assert_int_equal(frame.length, 6);
    assert_memory_equal(frame.body + 4, reply.data, 2);
    assert_true(rig_is_silent(&rig));
    rig_ask(&rig, 2, LINK_BEGIN, NULL, 0);
    assert_int_equal(rig_reply(&rig, 2, LINK_BEGIN), LINK_SIGNATURE);
    assert_int_equal(rig.requests, 1);
}

static void a_second_job_is_refused_while_one_is_at_work(void **state)
{
    (void)state;
    rig_start(&rig);
    rig_hello(&rig);
    rig.status = LINK_PENDING;
    rig_ask(&rig, 2, LINK_BEGIN, NULL, 0);
    assert_int_equal(rig_reply(&rig, 2, LINK_BEGIN), LINK_PENDING);
    rig_ask(&rig, 3, LINK_REMOVE, NULL, 0);
    assert_int_equal(rig_reply(&rig, 3, LINK_REMOVE), LINK_BUSY);
    link_device_complete(&rig.device, LINK_OK, NULL);
    rig_run(&rig);
    assert_int_equal(rig_reply(&rig, 2, LINK_BEGIN), LINK_OK);
}

/* Frames that break one rule each; every one is followed by a good PING. */
static void every_malformed_frame_is_dropped_to_the_next_zero_and_counted(void **state)
{
    static const uint8_t ping[] = {9, 0, LINK_REMOVE, 0};
    uint8_t good[64];
    size_t size;
    unsigned bad = 0;

    (void)state;
    rig_start(&rig);
    rig_hello(&rig);
    size = link_frame_encode(LINK_REQUEST, ping, sizeof ping, NULL, 0, good, sizeof good);
    for (size_t cut = 2; cut < size - 1; cut++) {
        uint8_t line[64];

        memcpy(line, good, cut); /* cut short by a zero, at every byte */
        line[cut] = 0;
        rig_put(&rig, line, cut + 1);
        rig_run(&rig);
        bad++;
        assert_int_equal(rig.device.statistics.bad, bad);
    }
    for (size_t at = 2; at < size - 1; at++) {
        uint8_t line[64];

        memcpy(line, good, size);
        line[at] ^= line[at] == 0x40 ? 0x20 : 0x40; /* never a zero, so still one frame */
        rig_put(&rig, line, size);
        rig_run(&rig);
        bad++;
        assert_int_equal(rig.device.statistics.bad, bad);
    }
    assert_int_equal(rig.requests, 0);
    assert_true(rig_is_silent(&rig));
    rig_put(&rig, good, size);
    rig_run(&rig);
    assert_int_equal(rig.requests, 1);
}

static void a_frame_longer_than_any_is_dropped(void **state)
{
    static uint8_t line[3000];

    (void)state;
    rig_start(&rig);
    rig_hello(&rig);
    memset(line, 1, sizeof line);
    line[0] = 0;
    line[1] = 2;
    line[sizeof line - 1] = 0;
    rig_put(&rig, line, sizeof line);
    rig_run(&rig);
    assert_int_equal(rig.device.statistics.bad, 1);
    rig_ask(&rig, 2, LINK_PING, NULL, 0);
    assert_int_equal(rig_reply(&rig, 2, LINK_PING), LINK_OK);
}

/* A cable that is pulled inside a frame must not swallow what a person types afterwards. */
static void after_half_a_frame_and_silence_what_is_typed_is_text(void **state)
{
    static const uint8_t half[] = {0, 2, 1, 1};
    static const uint8_t typed[] = {'h', 'i', '\r'};

    (void)state;
    rig_start(&rig);
    for (int with_session = 0; with_session < 2; with_session++) {
        if (with_session != 0) {
            rig_hello(&rig);
        }
        rig_put(&rig, half, sizeof half);
        rig_run(&rig);
        rig.text_used = 0;
        rig.now += LINK_SESSION_MS - 1;
        rig_put(&rig, typed, sizeof typed);
        rig_run(&rig);
        assert_int_equal(rig.text_used, 0); /* it may be slow, still */
        rig.now += LINK_SESSION_MS;
        rig_run(&rig);
        rig_put(&rig, typed, sizeof typed);
        rig_run(&rig);
        assert_int_equal(rig.text_used, sizeof typed);
        assert_memory_equal(rig.text, typed, sizeof typed);
    }
}

/* After hours of silence the parts of the first frame may come one by one. */
static void a_frame_in_parts_after_a_long_silence_is_whole(void **state)
{
    uint8_t frame[64];
    uint8_t body[20] = {7, 0, LINK_HELLO};
    size_t size = link_frame_encode(LINK_REQUEST, body, sizeof body, NULL, 0, frame, sizeof frame);

    (void)state;
    rig_start(&rig);
    rig.now += 100 * LINK_SESSION_MS;
    for (size_t i = 0; i < size; i++) {
        rig.now += LINK_SESSION_MS - 1;
        rig_put(&rig, frame + i, 1);
        rig_run(&rig);
    }
    assert_int_equal(rig.device.statistics.frames, 1);
    assert_int_equal(rig.device.statistics.bad, 0);
}

static void frames_that_a_host_does_not_send_are_ignored(void **state)
{
    static const uint8_t body[] = {2, 0, LINK_REMOVE, 0, 0, 0, 0, 0, 0};

    (void)state;
    rig_start(&rig);
    rig_hello(&rig);
    for (unsigned type = LINK_ACK; type < 256; type++) {
        rig_put_frame(&rig, (uint8_t)type, body, sizeof body);
    }
    rig_put_frame(&rig, LINK_REPLY, body, sizeof body);
    rig_put_frame(&rig, LINK_REQUEST, body, 3); /* too short for a request */
    rig_run(&rig);
    assert_int_equal(rig.requests, 0);
    assert_true(rig_is_silent(&rig));
}

static void statistics_count_frames_damage_and_repeats(void **state)
{
    static const uint8_t broken[] = {0, 2, 1, 1, 1, 0};
    struct link_statistics m;
    struct rig_frame frame;

    (void)state;
    rig_start(&rig);
    rig_hello(&rig);
    rig_put(&rig, broken, sizeof broken);
    rig_ask(&rig, 2, LINK_PING, NULL, 0);
    rig_ask(&rig, 2, LINK_PING, NULL, 0);
    (void)rig_take(&rig, &frame);
    (void)rig_take(&rig, &frame);
    rig_ask(&rig, 3, LINK_STATISTICS, NULL, 0);
    assert_true(rig_take(&rig, &frame));
    assert_true(link_get_statistics(frame.body + 4, frame.length - 4, &m));
    assert_int_equal(m.frames, 4);
    assert_int_equal(m.bad, 1);
    assert_int_equal(m.repeated, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hello_is_answered_with_the_session),
        cmocka_unit_test(without_a_session_nothing_but_hello_and_bye_works),
        cmocka_unit_test(bye_ends_the_session_and_is_answered),
        cmocka_unit_test(three_seconds_of_silence_end_the_session),
        cmocka_unit_test(noise_does_not_keep_a_session_alive),
        cmocka_unit_test(a_hello_with_the_number_of_an_old_one_opens_a_session),
        cmocka_unit_test(a_hello_that_comes_again_is_the_same_session),
        cmocka_unit_test(a_second_host_takes_the_session_over),
        cmocka_unit_test(a_repeated_command_is_answered_again_not_done_again),
        cmocka_unit_test(a_repeat_does_not_outlive_its_session),
        cmocka_unit_test(work_that_takes_longer_is_pending_until_its_one_answer),
        cmocka_unit_test(a_second_job_is_refused_while_one_is_at_work),
        cmocka_unit_test(every_malformed_frame_is_dropped_to_the_next_zero_and_counted),
        cmocka_unit_test(a_frame_longer_than_any_is_dropped),
        cmocka_unit_test(after_half_a_frame_and_silence_what_is_typed_is_text),
        cmocka_unit_test(a_frame_in_parts_after_a_long_silence_is_whole),
        cmocka_unit_test(frames_that_a_host_does_not_send_are_ignored),
        cmocka_unit_test(statistics_count_frames_damage_and_repeats),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
