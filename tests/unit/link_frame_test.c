// SPDX-License-Identifier: Apache-2.0
#include <link/frame.h>
#include <link/messages.h>

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static uint8_t payload[LINK_PAYLOAD_MAX];

/* Feeds bytes; answers how many whole frames came out, and counts bad ones and text. */
static int feed(struct link_decoder *d, const uint8_t *data, size_t length, int *bad, int *text)
{
    int frames = 0;

    for (size_t i = 0; i < length; i++) {
        enum link_found found = link_frame_feed(d, data[i]);

        frames += found == LINK_FOUND_FRAME;
        *bad += found == LINK_FOUND_BAD;
        *text += found == LINK_FOUND_TEXT;
    }
    return frames;
}

static void the_published_frame_is_made(void **state)
{
    /* docs/protocol.md: PING with sequence 0x1234. */
    static const uint8_t wanted[] = {0x00, 0x02, 0x01, 0x02, 0x04, 0x04, 0x34, 0x12, 0x03};
    static const uint8_t body[] = {0x34, 0x12, 0x03, 0x00};
    uint8_t frame[32];

    (void)state;
    assert_true(link_frame_encode(LINK_REQUEST, body, 4, NULL, 0, frame, sizeof frame) >
                sizeof wanted);
    assert_memory_equal(frame, wanted, sizeof wanted);
}

static void every_length_comes_back(void **state)
{
    static uint8_t body[LINK_BODY_MAX];
    static uint8_t frame[LINK_FRAME_SIZE(LINK_BODY_MAX)];
    struct link_decoder d;

    (void)state;
    link_decoder_init(&d, payload, sizeof payload);
    for (size_t length = 0; length <= LINK_BODY_MAX; length++) {
        int bad = 0;
        int text = 0;
        size_t used;

        body[length > 0 ? length - 1 : 0] = (uint8_t)(length * 7);
        used = link_frame_encode(LINK_DATA, body, length / 2, body + length / 2,
                                 length - length / 2, frame, sizeof frame);
        assert_in_range(used, 1, LINK_FRAME_SIZE(length));
        assert_int_equal(frame[0], 0);
        assert_int_equal(frame[1], 2);
        assert_int_equal(feed(&d, frame, used, &bad, &text), 1);
        assert_int_equal(bad + text, 0);
        assert_int_equal(d.type, LINK_DATA);
        assert_int_equal(d.length, length);
        assert_memory_equal(d.body, body, length);
    }
}

static void a_damaged_frame_is_dropped_whole_and_the_next_one_is_not(void **state)
{
    uint8_t body[40];
    uint8_t frame[80];
    size_t used;

    (void)state;
    memset(body, 0x33, sizeof body);
    used = link_frame_encode(LINK_REQUEST, body, sizeof body, NULL, 0, frame, sizeof frame);
    for (size_t bit = 0; bit < 8 * used; bit++) {
        struct link_decoder d;
        uint8_t line[160];
        int bad = 0;
        int text = 0;

        link_decoder_init(&d, payload, sizeof payload);
        memcpy(line, frame, used);
        memcpy(line + used, frame, used);
        line[bit / 8] ^= (uint8_t)(1u << (bit % 8));
        /* A damaged first delimiter is no damage: the frame behind it begins with its own. */
        assert_in_range(feed(&d, line, 2 * used, &bad, &text), 1, 2);
        assert_int_equal(d.length, sizeof body);
        assert_memory_equal(d.body, body, sizeof body);
    }
}

static void text_never_becomes_a_frame(void **state)
{
    uint32_t seed = 1;
    struct link_decoder d;
    int bad = 0;
    int text = 0;
    int frames = 0;

    (void)state;
    link_decoder_init(&d, payload, sizeof payload);
    for (long i = 0; i < 2000000; i++) {
        uint8_t byte;

        seed = seed * 1664525u + 1013904223u;
        byte = (uint8_t)((seed >> 24) & ((seed & 0x300) == 0 ? 3 : 0xFF));
        frames += feed(&d, &byte, 1, &bad, &text);
    }
    assert_int_equal(frames, 0);
    assert_true(bad > 1000);
}

static void messages_come_back_and_other_lengths_are_refused(void **state)
{
    struct link_begin m = {.kind = 1, .size = 4096, .binary_end = 4000, .version = 7};
    struct link_begin back;
    uint8_t raw[LINK_REQUEST_MAX];
    size_t length;

    (void)state;
    link_name_set(&m.name, "a name", 6);
    memset(m.digest, 1, sizeof m.digest);
    memset(m.signature, 2, sizeof m.signature);
    memset(m.fingerprint, 3, sizeof m.fingerprint);
    length = link_put_begin(&m, raw, sizeof raw);
    assert_true(length > 0);
    assert_true(link_get_begin(raw, length, &back));
    assert_int_equal(back.version, 7);
    assert_int_equal(back.name.length, 6);
    assert_memory_equal(back.signature, m.signature, sizeof m.signature);
    for (size_t cut = 0; cut < length; cut++) {
        assert_false(link_get_begin(raw, cut, &back));
    }
    assert_false(link_get_begin(raw, length + 1, &back));
    assert_int_equal(link_put_begin(&m, raw, length - 1), 0);
    /* Two more words, when a flag says so. */
    assert_int_equal(back.flash_address, LINK_ANYWHERE);
    assert_int_equal(back.ram_address, LINK_ANYWHERE);
    m.flags = LINK_BEGIN_FIXED;
    m.flash_address = 0x21180000;
    m.ram_address = 0x20140000;
    assert_int_equal(link_put_begin(&m, raw, sizeof raw), length + 8);
    assert_false(link_get_begin(raw, length, &back));
    assert_true(link_get_begin(raw, length + 8, &back));
    assert_int_equal(back.flash_address, 0x21180000);
    assert_int_equal(back.ram_address, 0x20140000);
    m.flags = 0;
    assert_int_equal(link_put_begin(&m, raw, sizeof raw), length);
    raw[22] = 33; /* a name longer than any */
    assert_false(link_get_begin(raw, length, &back));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_published_frame_is_made),
        cmocka_unit_test(every_length_comes_back),
        cmocka_unit_test(a_damaged_frame_is_dropped_whole_and_the_next_one_is_not),
        cmocka_unit_test(text_never_becomes_a_frame),
        cmocka_unit_test(messages_come_back_and_other_lengths_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
