// SPDX-License-Identifier: Apache-2.0
/* The device's end: plain text, console output with and without a session, events. */
#include "link_support.h"

static struct rig rig;

static size_t print(const char *text, size_t length)
{
    return link_device_console(&rig.device, 5, (const uint8_t *)text, length);
}

/* The next frame must be console output of process 5; answers whether it is this text. */
static bool is_console(const char *text)
{
    struct rig_frame frame;
    size_t length = strlen(text);

    assert_true(rig_take(&rig, &frame));
    assert_int_equal(frame.type, LINK_CONSOLE);
    assert_int_equal(bytes_get_u32(frame.body), 5);
    return frame.length == 4 + length && memcmp(frame.body + 4, text, length) == 0;
}

static void text_between_frames_goes_to_the_terminal_without_a_session(void **state)
{
    static const uint8_t body[] = {9, 0, LINK_PING, 0};

    (void)state;
    rig_start(&rig);
    rig_put(&rig, "he", 2);
    rig_put_frame(&rig, LINK_REQUEST, body, sizeof body);
    rig_put(&rig, "llo\0\0!", 6);
    rig_run(&rig);
    assert_int_equal(rig.text_used, 6);
    assert_memory_equal(rig.text, "hello!", 6);
}

static void text_in_a_session_is_ignored(void **state)
{
    (void)state;
    rig_start(&rig);
    rig_hello(&rig);
    rig_put(&rig, "typed", 5);
    rig_run(&rig);
    assert_int_equal(rig.text_used, 0);
}

static void plain_output_loses_its_zeros_and_nothing_else(void **state)
{
    static const char output[] = "\0ab\0\0c\0\002\001d\0";
    size_t done = 0;

    (void)state;
    rig_start(&rig);
    assert_int_equal(print(output, 0), 0);
    while (done < sizeof output - 1) {
        size_t taken;

        rig.out_room = 1; /* a line that takes a byte at a time */
        taken = print(output + done, sizeof output - 1 - done);
        assert_in_range(taken, 1, sizeof output - 1 - done);
        done += taken;
    }
    assert_true(rig_is_silent(&rig)); /* no frame in it */
    assert_int_equal(rig.plain_used, 6);
    assert_memory_equal(rig.plain, "abc\002\001d", 6);
}

static void plain_output_waits_for_a_line_that_is_full(void **state)
{
    (void)state;
    rig_start(&rig);
    rig.out_room = 0;
    assert_int_equal(print("abc", 3), 0);
    rig.out_room = 10;
    rig_run(&rig);
    assert_int_equal(rig.spaces, 1);
    assert_int_equal(print("abc", 3), 3);
}

static void plain_output_never_gets_into_a_frame(void **state)
{
    (void)state;
    rig_start(&rig);
    rig_hello(&rig);
    rig.out_room = 5;
    rig_ask(&rig, 2, LINK_BYE, NULL, 0);
    assert_false(link_device_session(&rig.device));
    rig.out_room = 3; /* the rest of the reply to BYE is not out yet */
    assert_int_equal(print("text", 4), 0);
    rig.out_room = SIZE_MAX;
    rig_run(&rig);
    assert_int_equal(print("text", 4), 4);
    assert_int_equal(rig_reply(&rig, 2, LINK_BYE), LINK_OK);
    assert_true(rig_is_silent(&rig));
    assert_int_equal(rig.plain_used, 4);
}

static void output_that_no_session_read_is_sent_after_hello(void **state)
{
    (void)state;
    rig_start(&rig);
    assert_int_equal(print("one", 3), 3);
    assert_int_equal(print("two", 3), 3);
    rig_hello(&rig);
    assert_true(is_console("one"));
    assert_true(is_console("two"));
    assert_true(rig_is_silent(&rig));
}

/* The ring of 64 holds four records of 5 + 10 bytes. */
static void what_was_pushed_out_is_counted_and_said_first(void **state)
{
    struct rig_frame frame;
    char text[11];

    (void)state;
    rig_start(&rig);
    for (char i = 'a'; i <= 'g'; i++) {
        memset(text, i, 10);
        assert_int_equal(print(text, 10), 10);
    }
    rig_hello(&rig);
    assert_true(rig_take(&rig, &frame));
    assert_int_equal(frame.type, LINK_EVENT);
    assert_int_equal(frame.length, 5);
    assert_int_equal(frame.body[0], LINK_EVENT_DROPPED);
    assert_int_equal(bytes_get_u32(frame.body + 1), 30);
    assert_true(is_console("dddddddddd"));
    assert_true(is_console("eeeeeeeeee"));
    assert_true(is_console("ffffffffff"));
    assert_true(is_console("gggggggggg"));
    assert_true(rig_is_silent(&rig));
    /* It is said once. */
    rig_ask(&rig, 2, LINK_BYE, NULL, 0);
    (void)rig_reply(&rig, 2, LINK_BYE);
    rig_ask(&rig, 3, LINK_HELLO, "\1", 2);
    (void)rig_reply(&rig, 3, LINK_HELLO);
    assert_true(rig_is_silent(&rig));
}

static void output_of_every_length_survives_the_ring(void **state)
{
    static const char text[] = "0123456789012345678901234567890123456789012345678901234567";
    uint32_t total = 0;
    uint32_t dropped = 0;
    uint32_t kept = 0;
    struct rig_frame frame;

    (void)state;
    rig_start(&rig);
    rig.config.plain_text = false;
    for (size_t length = 1; length < sizeof text; length++) {
        assert_int_equal(print(text, length), length);
        total += (uint32_t)length;
    }
    rig_ask(&rig, 1, LINK_HELLO, "\1", 2);
    (void)rig_reply(&rig, 1, LINK_HELLO);
    while (rig_take(&rig, &frame)) {
        if (frame.type == LINK_EVENT) {
            dropped = bytes_get_u32(frame.body + 1);
        } else {
            kept += (uint32_t)frame.length - 4;
            assert_memory_equal(frame.body + 4, text, frame.length - 4);
        }
    }
    assert_int_equal(dropped + kept, total);
    assert_int_equal(kept, sizeof text - 1); /* the last one alone fits */
}

static void in_a_session_output_is_never_dropped_but_waits(void **state)
{
    (void)state;
    rig_start(&rig);
    rig_hello(&rig);
    rig.out_room = 0;
    assert_int_equal(print("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 30), 30);
    assert_int_equal(print("bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb", 30), 0);
    rig_run(&rig);
    assert_int_equal(rig.spaces, 0);
    rig.out_room = SIZE_MAX;
    rig_run(&rig);
    assert_int_equal(rig.spaces, 1);
    assert_int_equal(print("bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb", 30), 30);
    rig_run(&rig);
    assert_true(is_console("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"));
    assert_true(is_console("bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"));
    assert_true(rig_is_silent(&rig));
}

static void a_program_cannot_forge_a_frame(void **state)
{
    static const uint8_t body[] = {1, 0, LINK_HELLO, 0};
    uint8_t forged[32];
    size_t size = link_frame_encode(LINK_REPLY, body, sizeof body, NULL, 0, forged, sizeof forged);
    struct rig_frame frame;

    (void)state;
    rig_start(&rig);
    assert_int_equal(print((const char *)forged, size), 0 + print((const char *)forged, size));
    while (rig_take(&rig, &frame)) {
        fail();
    }
    rig_hello(&rig);
    while (rig_take(&rig, &frame)) {
        assert_int_equal(frame.type, LINK_CONSOLE);
    }
    (void)print((const char *)forged, size);
    rig_run(&rig);
    while (rig_take(&rig, &frame)) {
        assert_int_equal(frame.type, LINK_CONSOLE);
    }
}

static void replies_go_before_events_and_events_before_output(void **state)
{
    struct rig_frame frame;

    (void)state;
    rig_start(&rig);
    rig_hello(&rig);
    assert_int_equal(print("text", 4), 4);
    assert_true(link_device_event(&rig.device, LINK_EVENT_STATE, (const uint8_t *)"123456789", 9));
    rig_ask(&rig, 2, LINK_PING, NULL, 0);
    assert_int_equal(rig_reply(&rig, 2, LINK_PING), LINK_OK);
    assert_true(rig_take(&rig, &frame));
    assert_int_equal(frame.type, LINK_EVENT);
    assert_int_equal(frame.length, 10);
    assert_int_equal(frame.body[0], LINK_EVENT_STATE);
    assert_memory_equal(frame.body + 1, "123456789", 9);
    assert_true(is_console("text"));
}

static void one_event_waits_and_the_next_is_told_so(void **state)
{
    static const uint8_t fields[LINK_REPLY_MAX] = {0};

    (void)state;
    rig_start(&rig);
    assert_true(link_device_event(&rig.device, LINK_EVENT_STATE, fields, 9)); /* nobody listens */
    rig_hello(&rig);
    assert_true(rig_is_silent(&rig));
    assert_false(link_device_event(&rig.device, LINK_EVENT_FAULT, fields, sizeof fields));
    assert_true(link_device_event(&rig.device, LINK_EVENT_FAULT, fields, sizeof fields - 1));
    assert_false(link_device_event(&rig.device, LINK_EVENT_STATE, fields, 9));
    rig_run(&rig);
    assert_true(link_device_event(&rig.device, LINK_EVENT_STATE, fields, 9));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_between_frames_goes_to_the_terminal_without_a_session),
        cmocka_unit_test(text_in_a_session_is_ignored),
        cmocka_unit_test(plain_output_loses_its_zeros_and_nothing_else),
        cmocka_unit_test(plain_output_waits_for_a_line_that_is_full),
        cmocka_unit_test(plain_output_never_gets_into_a_frame),
        cmocka_unit_test(output_that_no_session_read_is_sent_after_hello),
        cmocka_unit_test(what_was_pushed_out_is_counted_and_said_first),
        cmocka_unit_test(output_of_every_length_survives_the_ring),
        cmocka_unit_test(in_a_session_output_is_never_dropped_but_waits),
        cmocka_unit_test(a_program_cannot_forge_a_frame),
        cmocka_unit_test(replies_go_before_events_and_events_before_output),
        cmocka_unit_test(one_event_waits_and_the_next_is_told_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
