// SPDX-License-Identifier: Apache-2.0
/* The host's end against devices that are slow, deaf, confused or hostile; time is a number. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <base/bytes.h>
#include <link/host.h>

/* A device made of a function that is given each frame of the host's. */
struct peer {
    struct link_host host;
    struct link_decoder decoder;
    uint8_t payload[LINK_PAYLOAD_MAX];
    void (*react)(uint8_t type, const uint8_t *body, size_t length);
    uint8_t line[1 << 16];
    size_t next;
    size_t end;
    uint32_t now;
    unsigned frames; /* that the host sent */
    unsigned pings;
    unsigned step; /* of a reaction */
    uint16_t sequence;
    int line_error;
    unsigned consoles;
    unsigned events;
    unsigned texts;
};

static struct peer peer;

static int line_read(void *context, uint8_t *data, size_t capacity, uint32_t timeout_ms)
{
    size_t count = peer.end - peer.next;

    (void)context;
    if (peer.line_error != 0) {
        return peer.line_error;
    }
    if (count == 0) {
        peer.now += timeout_ms > 0 ? timeout_ms : 1;
        return 0;
    }
    count = count < capacity ? count : capacity;
    memcpy(data, peer.line + peer.next, count);
    peer.next += count;
    if (peer.next == peer.end) {
        peer.next = peer.end = 0;
    }
    return (int)count;
}

static int line_write(void *context, const uint8_t *data, size_t length)
{
    (void)context;
    for (size_t i = 0; i < length; i++) {
        if (link_frame_feed(&peer.decoder, data[i]) == LINK_FOUND_FRAME) {
            peer.frames++;
            if (peer.react != NULL) {
                peer.react(peer.decoder.type, peer.decoder.body, peer.decoder.length);
            }
        }
    }
    return 0;
}

static uint32_t line_now(void *context)
{
    (void)context;
    return peer.now;
}

static const struct link_transport transport = {line_read, line_write, line_now, NULL};

static void heard_console(void *context, uint32_t process, const uint8_t *text, size_t length)
{
    (void)context;
    (void)process;
    (void)text;
    assert_in_range(length, 1, LINK_CONSOLE_MAX);
    peer.consoles++;
}

static void heard_event(void *context, uint8_t event, const uint8_t *fields, size_t length)
{
    (void)context;
    (void)event;
    (void)fields;
    assert_in_range(length, 0, LINK_BODY_MAX - 1);
    peer.events++;
}

static void heard_text(void *context, const uint8_t *text, size_t length)
{
    (void)context;
    (void)text;
    peer.texts += (unsigned)length;
}

static const struct link_listener listener = {heard_console, heard_event, heard_text, NULL, NULL};

static void say(const void *data, size_t length)
{
    assert_true(length <= sizeof peer.line - peer.end);
    memcpy(peer.line + peer.end, data, length);
    peer.end += length;
}

static void say_frame(uint8_t type, const void *body, size_t length)
{
    uint8_t frame[LINK_FRAME_SIZE(LINK_BODY_MAX)];

    say(frame, link_frame_encode(type, body, length, NULL, 0, frame, sizeof frame));
}

static void reply(uint16_t sequence, uint8_t command, uint8_t status, const void *result,
                  size_t length)
{
    uint8_t body[LINK_BODY_MAX];

    bytes_put_u16(body, sequence);
    body[2] = command;
    body[3] = status;
    if (length > 0) {
        memcpy(body + 4, result, length);
    }
    say_frame(LINK_REPLY, body, length + 4);
}

static void begin(void (*react)(uint8_t, const uint8_t *, size_t))
{
    memset(&peer, 0, sizeof peer);
    peer.now = UINT32_MAX - 1000;
    peer.react = react;
    link_decoder_init(&peer.decoder, peer.payload, sizeof peer.payload);
    link_host_init(&peer.host, &transport, &listener);
}

static int ask(uint8_t command)
{
    const uint8_t *result;
    size_t length;
    int status = link_host_request(&peer.host, command, "abc", 3, &result, &length);

    assert_true(length <= LINK_REPLY_MAX - 4);
    return status;
}

static struct link_hello offer; /* what say_hello() says */

static void say_hello(uint8_t type, const uint8_t *body, size_t length)
{
    uint8_t result[16];

    (void)length;
    if (type == LINK_REQUEST && body[2] == LINK_HELLO) {
        reply(bytes_get_u16(body), LINK_HELLO, LINK_OK, result,
              link_put_hello(&offer, result, sizeof result));
    }
}

static int hello_with(uint16_t version, uint8_t window)
{
    offer = (struct link_hello){version, LINK_MODE_KERNEL, window, LINK_BLOCK, 9};
    begin(say_hello);
    return link_host_hello(&peer.host);
}

static void a_session_is_opened_with_a_device_of_this_version_only(void **state)
{
    (void)state;
    assert_int_equal(hello_with(LINK_VERSION, 4), 0);
    assert_int_equal(peer.host.hello.session, 9);
    assert_int_equal(peer.frames, 1);
    assert_int_equal(hello_with(LINK_VERSION + 1, 4), LINK_E_VERSION);
    assert_int_equal(hello_with(LINK_VERSION, LINK_WINDOW_MAX), 0);
    assert_int_equal(hello_with(LINK_VERSION, 0), LINK_E_PROTOCOL);
    assert_int_equal(hello_with(LINK_VERSION, LINK_WINDOW_MAX + 1), LINK_E_PROTOCOL);
}

static void a_dead_line_is_lost_after_the_silence(void **state)
{
    uint32_t start;

    (void)state;
    begin(NULL);
    start = peer.now;
    assert_int_equal(link_host_hello(&peer.host), LINK_E_SILENT);
    assert_in_range(peer.now - start, 2500, 3200);
    assert_in_range(peer.frames, 4, 20); /* asked again, and ever less often */
}

static void a_line_of_garbage_is_told_from_a_dead_one(void **state)
{
    (void)state;
    begin(NULL);
    for (int i = 0; i < 200; i++) {
        say("login: ", 7);
    }
    assert_int_equal(link_host_hello(&peer.host), LINK_E_GARBLED);
    begin(NULL);
    for (int i = 0; i < 10; i++) {
        say("\0\2\1\1\1", 6); /* damaged frames: the wrong rate */
    }
    assert_int_equal(link_host_hello(&peer.host), LINK_E_GARBLED);
    begin(NULL);
    say("\r\n", 2);
    assert_int_equal(link_host_hello(&peer.host), LINK_E_SILENT);
}

static void a_failing_line_is_reported_as_it_is(void **state)
{
    (void)state;
    begin(NULL);
    peer.line_error = LINK_E_IO;
    assert_int_equal(ask(LINK_INFO), LINK_E_IO);
    peer.line_error = LINK_E_INTERRUPTED;
    assert_int_equal(ask(LINK_INFO), LINK_E_INTERRUPTED);
}

static void answer_wrongly(uint8_t type, const uint8_t *body, size_t length)
{
    uint16_t sequence = bytes_get_u16(body);

    (void)type;
    (void)length;
    reply((uint16_t)(sequence - 1), body[2], LINK_SIGNATURE, NULL, 0);
    reply((uint16_t)(sequence + 1), body[2], LINK_SIGNATURE, NULL, 0);
    reply(sequence, (uint8_t)(body[2] + 1), LINK_SIGNATURE, NULL, 0);
    say_frame(LINK_REPLY, body, 3); /* no status */
    say_frame(LINK_REQUEST, body, 4);
    say_frame(77, body, 4);
    if (peer.step++ == 1) {
        reply(sequence, body[2], LINK_OK, NULL, 0);
    }
}

static void replies_to_other_requests_are_ignored(void **state)
{
    (void)state;
    begin(answer_wrongly);
    assert_int_equal(ask(LINK_REMOVE), LINK_OK);
    assert_int_equal(peer.frames, 2);
    assert_int_equal(peer.host.repeats, 1);
}

static void answer_third(uint8_t type, const uint8_t *body, size_t length)
{
    assert_int_equal(type, LINK_REQUEST);
    assert_int_equal(length, 7);
    assert_memory_equal(body + 4, "abc", 3);
    peer.sequence = peer.step == 0 ? bytes_get_u16(body) : peer.sequence;
    assert_int_equal(bytes_get_u16(body), peer.sequence); /* a repeat is the same request */
    if (peer.step++ == 2) {
        reply(peer.sequence, body[2], LINK_OK, "xy", 2);
    }
}

static void a_request_without_reply_is_sent_again_under_its_number(void **state)
{
    const uint8_t *result;
    size_t length;

    (void)state;
    begin(answer_third);
    assert_int_equal(link_host_request(&peer.host, LINK_REMOVE, "abc", 3, &result, &length), 0);
    assert_int_equal(length, 2);
    assert_memory_equal(result, "xy", 2);
    assert_int_equal(peer.frames, 3);
    assert_int_equal(peer.host.repeats, 2);
    peer.step = 0;
    assert_int_equal(ask(LINK_REMOVE), LINK_OK); /* the next one has another number */
}

static void stay_at_work(uint8_t type, const uint8_t *body, size_t length)
{
    (void)type;
    (void)length;
    reply(bytes_get_u16(body), body[2], LINK_PENDING, NULL, 0);
}

static void a_device_at_work_is_not_silent_but_not_waited_for_for_ever(void **state)
{
    uint32_t start;

    (void)state;
    begin(stay_at_work);
    start = peer.now;
    assert_int_equal(ask(LINK_BEGIN), LINK_E_STUCK);
    assert_in_range(peer.now - start, 60000, 61000);
}

static uint8_t refusal;

static void refuse(uint8_t type, const uint8_t *body, size_t length)
{
    static const uint8_t numbers[] = {1, 2, 0, 0, 3, 4, 0, 0};

    (void)type;
    (void)length;
    reply(bytes_get_u16(body), body[2], refusal, numbers, sizeof numbers);
}

static void a_refusal_comes_with_its_numbers_and_a_status_out_of_range_does_not_pass(void **state)
{
    (void)state;
    refusal = LINK_NO_FLASH;
    begin(refuse);
    assert_int_equal(ask(LINK_BEGIN), LINK_NO_FLASH);
    assert_int_equal(peer.host.numbers[0], 0x201);
    assert_int_equal(peer.host.numbers[1], 0x403);
    refusal = LINK_STATUS_COUNT;
    assert_int_equal(ask(LINK_BEGIN), LINK_E_PROTOCOL);
    refusal = 255;
    assert_int_equal(ask(LINK_BEGIN), LINK_E_PROTOCOL);
    refusal = LINK_NO_SESSION;
    assert_int_equal(ask(LINK_BEGIN), LINK_E_SESSION);
}

static void answer_too_much(uint8_t type, const uint8_t *body, size_t length)
{
    static const uint8_t much[LINK_BODY_MAX];

    (void)type;
    (void)length;
    reply(bytes_get_u16(body), body[2], LINK_OK, much, LINK_REPLY_MAX - 3);
    reply(bytes_get_u16(body), body[2], LINK_OK, much, LINK_BODY_MAX - 4);
    if (peer.step++ == 1) {
        reply(bytes_get_u16(body), body[2], LINK_OK, much, LINK_REPLY_MAX - 4);
    }
}

static void replies_longer_than_any_are_ignored(void **state)
{
    const uint8_t *result;
    size_t length;

    (void)state;
    begin(answer_too_much);
    assert_int_equal(link_host_request(&peer.host, LINK_INFO, "abc", 3, &result, &length), 0);
    assert_int_equal(length, LINK_REPLY_MAX - 4);
    assert_int_equal(peer.frames, 2);
}

static void chatter(uint8_t type, const uint8_t *body, size_t length)
{
    static const uint8_t text[4 + LINK_CONSOLE_MAX + 1] = {1};

    (void)type;
    (void)length;
    say_frame(LINK_CONSOLE, text, 4);                    /* no text */
    say_frame(LINK_CONSOLE, text, 3);                    /* no process */
    say_frame(LINK_CONSOLE, text, sizeof text);          /* too much */
    say_frame(LINK_CONSOLE, text, 5);                    /* good */
    say_frame(LINK_CONSOLE, text, 4 + LINK_CONSOLE_MAX); /* good */
    say_frame(LINK_EVENT, text, 0);                      /* none */
    say_frame(LINK_EVENT, text, 1);                      /* good */
    say("text", 4);
    reply(bytes_get_u16(body), body[2], LINK_OK, NULL, 0);
}

static void what_comes_unasked_is_passed_on_if_it_has_its_form(void **state)
{
    (void)state;
    begin(chatter);
    assert_int_equal(ask(LINK_INFO), LINK_OK);
    assert_int_equal(peer.consoles, 2);
    assert_int_equal(peer.events, 1);
    assert_int_equal(peer.texts, 4);
}

static void answer_pings(uint8_t type, const uint8_t *body, size_t length)
{
    (void)type;
    (void)length;
    assert_int_equal(body[2], LINK_PING);
    peer.pings++;
    reply(bytes_get_u16(body), body[2], peer.step == 0 ? LINK_OK : LINK_NO_SESSION, NULL, 0);
}

static void listening_keeps_the_session_alive_and_sees_when_it_is_lost(void **state)
{
    uint32_t start;

    (void)state;
    begin(answer_pings);
    start = peer.now;
    for (int i = 0; i < 100; i++) {
        assert_int_equal(link_host_listen(&peer.host, 100), 0);
    }
    assert_in_range(peer.now - start, 10000, 11000);
    assert_in_range(peer.pings, 9, 11); /* one a second: a session lasts for three */
    peer.step = 1;
    peer.now += 1000;
    assert_int_equal(link_host_listen(&peer.host, 100), LINK_E_SESSION);
    peer.react = NULL;
    peer.now += 1000;
    assert_int_equal(link_host_listen(&peer.host, 100), LINK_E_SILENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_session_is_opened_with_a_device_of_this_version_only),
        cmocka_unit_test(a_dead_line_is_lost_after_the_silence),
        cmocka_unit_test(a_line_of_garbage_is_told_from_a_dead_one),
        cmocka_unit_test(a_failing_line_is_reported_as_it_is),
        cmocka_unit_test(replies_to_other_requests_are_ignored),
        cmocka_unit_test(a_request_without_reply_is_sent_again_under_its_number),
        cmocka_unit_test(a_device_at_work_is_not_silent_but_not_waited_for_for_ever),
        cmocka_unit_test(a_refusal_comes_with_its_numbers_and_a_status_out_of_range_does_not_pass),
        cmocka_unit_test(replies_longer_than_any_are_ignored),
        cmocka_unit_test(what_comes_unasked_is_passed_on_if_it_has_its_form),
        cmocka_unit_test(listening_keeps_the_session_alive_and_sees_when_it_is_lost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
