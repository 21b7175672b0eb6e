// SPDX-License-Identifier: Apache-2.0
/* One engine serves whichever line speaks; one session across all of them. */
#include "transport.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <base/bytes.h>

enum { LINES = 2, ROOM = 512 };

/* A line that is two arrays. */
struct fake {
    struct hil_serial serial; /* first: found by it */
    uint8_t in[ROOM];
    size_t in_next;
    size_t in_end;
    uint8_t out[ROOM];
    size_t out_end;
};

static struct fake fakes[LINES];
static struct link_device engine;
static uint32_t now;
static uint8_t replay[16];

static struct fake *fake_of(const struct hil_serial *serial)
{
    return (struct fake *)(uintptr_t)serial;
}

static int fake_open(const struct hil_serial *serial, uint32_t rate,
                     const struct hil_serial_client *client)
{
    (void)serial;
    (void)client;
    return rate == 115200 ? 0 : -1;
}

static size_t fake_read(const struct hil_serial *serial, uint8_t *data, size_t capacity)
{
    struct fake *fake = fake_of(serial);
    size_t count = fake->in_end - fake->in_next;

    count = count < capacity ? count : capacity;
    memcpy(data, fake->in + fake->in_next, count);
    fake->in_next += count;
    return count;
}

static size_t fake_write(const struct hil_serial *serial, const uint8_t *data, size_t length)
{
    struct fake *fake = fake_of(serial);

    assert_true(length <= ROOM - fake->out_end);
    memcpy(fake->out + fake->out_end, data, length);
    fake->out_end += length;
    return length;
}

static const struct boot_transport transports[LINES] = {{&fakes[0].serial, 115200, 921600},
                                                        {&fakes[1].serial, 115200, 0}};
static const struct boot_config board = {.transports = transports, .transport_count = LINES};

static uint32_t now_ms(void *context)
{
    (void)context;
    return now;
}

static uint8_t request(void *context, uint8_t command, const uint8_t *arguments, size_t length,
                       struct link_reply *reply)
{
    (void)context;
    (void)arguments;
    (void)length;
    (void)reply;
    return command == LINK_INFO ? LINK_OK : LINK_UNSUPPORTED;
}

static const struct link_device_config config = {
    .read = transport_read,
    .write = transport_write,
    .now_ms = now_ms,
    .request = request,
    .replay = replay,
    .replay_size = sizeof replay,
    .mode = LINK_MODE_BOOTLOADER,
    .window = 4,
};

static int set_up(void **state)
{
    (void)state;
    memset(fakes, 0, sizeof fakes);
    for (unsigned i = 0; i < LINES; i++) {
        fakes[i].serial.open = fake_open;
        fakes[i].serial.read = fake_read;
        fakes[i].serial.write = fake_write;
    }
    now = 0;
    link_device_init(&engine, &config);
    transport_open(&board, &engine);
    return 0;
}

static void say(unsigned line, uint16_t sequence, uint8_t command)
{
    const uint8_t body[4] = {(uint8_t)sequence, (uint8_t)(sequence >> 8), command, 0};
    struct fake *fake = &fakes[line];

    fake->in_end += link_frame_encode(LINK_REQUEST, body, sizeof body, NULL, 0,
                                      fake->in + fake->in_end, ROOM - fake->in_end);
}

static void turns(void)
{
    for (unsigned i = 0; i < 20; i++) {
        transport_listen();
        (void)link_device_poll(&engine);
    }
}

/* The status of the only reply on a line since the last call; -1: there is none. */
static int heard(unsigned line, uint16_t sequence, uint8_t command)
{
    struct fake *fake = &fakes[line];
    struct link_decoder decoder;
    uint8_t payload[LINK_PAYLOAD_MAX];
    int status = -1;

    link_decoder_init(&decoder, payload, sizeof payload);
    for (size_t i = 0; i < fake->out_end; i++) {
        if (link_frame_feed(&decoder, fake->out[i]) == LINK_FOUND_FRAME &&
            decoder.type == LINK_REPLY && bytes_get_u16(decoder.body) == sequence &&
            decoder.body[2] == command) {
            status = decoder.body[3];
        }
    }
    fake->out_end = 0;
    return status;
}

static void every_line_gets_a_session(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        unsigned line = i % LINES;

        say(line, 1, LINK_HELLO);
        turns();
        assert_int_equal(heard(line, 1, LINK_HELLO), LINK_OK);
        say(line, 2, LINK_INFO);
        turns();
        assert_int_equal(heard(line, 2, LINK_INFO), LINK_OK);
        say(line, 3, LINK_BYE);
        turns();
        assert_int_equal(heard(line, 3, LINK_BYE), LINK_OK);
        assert_int_equal(fakes[line ^ 1u].out_end, 0);
    }
}

static void a_second_host_hears_busy(void **state)
{
    (void)state;
    say(0, 1, LINK_HELLO);
    turns();
    assert_int_equal(heard(0, 1, LINK_HELLO), LINK_OK);
    say(1, 7, LINK_HELLO);
    turns();
    assert_int_equal(heard(1, 7, LINK_HELLO), LINK_BUSY);
    say(0, 2, LINK_INFO);
    turns();
    assert_int_equal(heard(0, 2, LINK_INFO), LINK_OK);
    now += LINK_SESSION_MS; /* the first one has gone without a word */
    turns();
    say(1, 8, LINK_HELLO);
    turns();
    assert_int_equal(heard(1, 8, LINK_HELLO), LINK_OK);
}

static void what_follows_hello_at_once_is_not_lost(void **state)
{
    (void)state;
    say(1, 1, LINK_HELLO);
    say(1, 2, LINK_INFO);
    turns();
    assert_int_equal(heard(1, 2, LINK_INFO), LINK_OK);
}

static void without_a_session_other_requests_move_nothing(void **state)
{
    (void)state;
    say(1, 1, LINK_INFO);
    turns();
    assert_int_equal(heard(1, 1, LINK_INFO), LINK_NO_SESSION);
    say(0, 1, LINK_INFO);
    turns();
    assert_int_equal(heard(0, 1, LINK_INFO), LINK_NO_SESSION);
}

static void noise_moves_nothing(void **state)
{
    struct fake *fake = &fakes[1];

    (void)state;
    for (unsigned i = 0; i < ROOM; i++) {
        fake->in[fake->in_end++] = (uint8_t)(i * 37u % 251u);
    }
    say(0, 1, LINK_HELLO);
    for (unsigned i = 0; i < ROOM; i++) {
        turns();
    }
    assert_int_equal(heard(0, 1, LINK_HELLO), LINK_OK);
    assert_int_equal(fake->out_end, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(every_line_gets_a_session, set_up),
        cmocka_unit_test_setup(a_second_host_hears_busy, set_up),
        cmocka_unit_test_setup(what_follows_hello_at_once_is_not_lost, set_up),
        cmocka_unit_test_setup(without_a_session_other_requests_move_nothing, set_up),
        cmocka_unit_test_setup(noise_moves_nothing, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
