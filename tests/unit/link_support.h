// SPDX-License-Identifier: Apache-2.0
/* What the tests of the device's end share: an engine on a line that is two arrays, and a clock. */
#ifndef LINK_SUPPORT_H
#define LINK_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <base/bytes.h>
#include <link/device.h>

enum { RIG_LINE = 1 << 16, RIG_OBJECT = 40 * 1024, RIG_REPLAY = 64 };

/* A frame as it came from the device. */
struct rig_frame {
    uint8_t type;
    uint8_t body[LINK_PAYLOAD_MAX];
    size_t length;
};

struct rig {
    struct link_device device;
    struct link_device_config config;
    uint32_t now;
    uint8_t in[RIG_LINE];
    size_t in_next;
    size_t in_end;
    uint8_t out[RIG_LINE];
    size_t out_next;
    size_t out_end;
    size_t out_room; /* bytes that the line takes still */
    uint8_t replay[RIG_REPLAY];

    unsigned requests; /* that the handler was given */
    uint8_t command;
    uint8_t arguments[LINK_REQUEST_MAX];
    size_t arguments_length;
    uint8_t status; /* its answer */
    unsigned blocks;
    uint8_t data_status;
    uint32_t complete;
    uint8_t object[RIG_OBJECT];
    uint8_t stored[RIG_OBJECT / 256 + 8]; /* how often the block that begins there was */
    uint8_t text[64];
    size_t text_used;
    unsigned opened;
    unsigned closed;
    unsigned spaces;

    struct link_decoder decoder;
    uint8_t payload[LINK_PAYLOAD_MAX];
    uint8_t plain[RIG_LINE]; /* what came outside frames */
    size_t plain_used;
    unsigned broken; /* frames of the device's that were damaged: none, ever */
};

static inline size_t rig_read(void *context, uint8_t *data, size_t capacity)
{
    struct rig *rig = context;
    size_t count = rig->in_end - rig->in_next;

    count = count < capacity ? count : capacity;
    memcpy(data, rig->in + rig->in_next, count);
    rig->in_next += count;
    return count;
}

static inline size_t rig_write(void *context, const uint8_t *data, size_t length)
{
    struct rig *rig = context;
    size_t count = length < rig->out_room ? length : rig->out_room;

    assert_true(count <= sizeof rig->out - rig->out_end);
    memcpy(rig->out + rig->out_end, data, count);
    rig->out_end += count;
    rig->out_room -= count;
    return count;
}

static inline uint32_t rig_now(void *context)
{
    return ((struct rig *)context)->now;
}

static inline uint8_t rig_request(void *context, uint8_t command, const uint8_t *arguments,
                                  size_t length, struct link_reply *reply)
{
    struct rig *rig = context;

    rig->requests++;
    rig->command = command;
    rig->arguments_length = length;
    memcpy(rig->arguments, arguments, length < sizeof rig->arguments ? length : 0);
    if (command == LINK_COMMIT) {
        return link_device_transfer_complete(&rig->device) ? LINK_OK : LINK_INCOMPLETE;
    }
    reply->data[0] = (uint8_t)rig->requests; /* tells an answer of now from one of before */
    reply->length = 1;
    return rig->status;
}

static inline uint8_t rig_data(void *context, uint32_t offset, const uint8_t *data, size_t length,
                               uint32_t complete)
{
    struct rig *rig = context;

    if (rig->data_status != LINK_OK) {
        return rig->data_status;
    }
    assert_true(offset + length <= sizeof rig->object);
    memcpy(rig->object + offset, data, length);
    rig->stored[offset / 256]++;
    rig->blocks++;
    rig->complete = complete;
    return LINK_OK;
}

static inline void rig_text(void *context, uint8_t byte)
{
    struct rig *rig = context;

    if (rig->text_used < sizeof rig->text) {
        rig->text[rig->text_used++] = byte;
    }
}

static inline void rig_session(void *context, bool open)
{
    struct rig *rig = context;

    rig->opened += open;
    rig->closed += !open;
}

static inline void rig_space(void *context)
{
    ((struct rig *)context)->spaces++;
}

/* An engine that has heard nothing yet. */
static inline void rig_start(struct rig *rig)
{
    memset(rig, 0, sizeof *rig);
    rig->config = (struct link_device_config){
        .read = rig_read,
        .write = rig_write,
        .now_ms = rig_now,
        .request = rig_request,
        .data = rig_data,
        .text = rig_text,
        .session = rig_session,
        .space = rig_space,
        .context = rig,
        .replay = rig->replay,
        .replay_size = sizeof rig->replay,
        .mode = LINK_MODE_KERNEL,
        .window = 4,
        .plain_text = true,
    };
    rig->now = UINT32_MAX - 500; /* the clock wraps in every test */
    rig->out_room = SIZE_MAX;
    link_decoder_init(&rig->decoder, rig->payload, sizeof rig->payload);
    link_device_init(&rig->device, &rig->config);
}

/* Puts bytes on the line to the device. */
static inline void rig_put(struct rig *rig, const void *data, size_t length)
{
    assert_true(length <= sizeof rig->in - rig->in_end);
    memcpy(rig->in + rig->in_end, data, length);
    rig->in_end += length;
}

/* Polls until there is nothing to do. */
static inline void rig_run(struct rig *rig)
{
    while (link_device_poll(&rig->device)) {
    }
    assert_int_equal(rig->in_next, rig->in_end);
    rig->in_next = 0;
    rig->in_end = 0;
}

static inline void rig_put_frame(struct rig *rig, uint8_t type, const void *body, size_t length)
{
    uint8_t frame[LINK_FRAME_SIZE(LINK_BODY_MAX)];
    size_t size = link_frame_encode(type, body, length, NULL, 0, frame, sizeof frame);

    assert_true(size > 0);
    rig_put(rig, frame, size);
}

/* Sends a request and lets the device work. */
static inline void rig_ask(struct rig *rig, uint16_t sequence, uint8_t command,
                           const void *arguments, size_t length)
{
    uint8_t body[LINK_REQUEST_MAX] = {(uint8_t)sequence, (uint8_t)(sequence >> 8), command, 0};

    if (length > 0) {
        memcpy(body + 4, arguments, length);
    }
    rig_put_frame(rig, LINK_REQUEST, body, length + 4);
    rig_run(rig);
}

/* Takes the next frame of the device's; false: none. Text goes to plain[]. */
static inline bool rig_take(struct rig *rig, struct rig_frame *frame)
{
    while (rig->out_next < rig->out_end) {
        uint8_t byte = rig->out[rig->out_next++];
        enum link_found found = link_frame_feed(&rig->decoder, byte);

        if (found == LINK_FOUND_FRAME) {
            frame->type = rig->decoder.type;
            frame->length = rig->decoder.length;
            memcpy(frame->body, rig->decoder.body, frame->length);
            return true;
        }
        rig->broken += found == LINK_FOUND_BAD;
        if (found == LINK_FOUND_TEXT) {
            rig->plain[rig->plain_used++] = byte;
        }
    }
    assert_int_equal(rig->broken, 0);
    return false;
}

/* The next frame must be a reply to this request; answers its status. */
static inline int rig_reply(struct rig *rig, uint16_t sequence, uint8_t command)
{
    struct rig_frame frame = {.length = 0};

    assert_true(rig_take(rig, &frame));
    assert_int_equal(frame.type, LINK_REPLY);
    assert_true(frame.length >= 4);
    assert_int_equal(bytes_get_u16(frame.body), sequence);
    assert_int_equal(frame.body[2], command);
    return frame.body[3];
}

static inline bool rig_is_silent(struct rig *rig)
{
    struct rig_frame frame;

    return !rig_take(rig, &frame);
}

/* Opens a session under sequence number 1. */
static inline void rig_hello(struct rig *rig)
{
    static const uint8_t version[2] = {LINK_VERSION, 0};

    rig_ask(rig, 1, LINK_HELLO, version, sizeof version);
    assert_int_equal(rig_reply(rig, 1, LINK_HELLO), LINK_OK);
    assert_true(link_device_session(&rig->device));
}

#endif
