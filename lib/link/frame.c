// SPDX-License-Identifier: Apache-2.0
#include <link/frame.h>

#include <base/bytes.h>
#include <base/cobs.h>
#include <base/crc32.h>

enum {
    TEXT,    /* outside frames */
    FIRST,   /* after a delimiter: 02 begins a frame */
    INSIDE,  /* in a frame */
    SKIPPING /* in a frame that is bad already */
};

enum { HEAD_SIZE = 4, CRC_SIZE = 4, FIRST_CODE = 2 };

/* CRC-32 over a message and its own CRC, little-endian, is this constant. */
#define CRC_RESIDUE 0x2144DF1Cu

size_t link_frame_encode(uint8_t type, const void *head, size_t head_length, const void *tail,
                         size_t tail_length, uint8_t *out, size_t room)
{
    struct cobs_encoder encoder;
    uint8_t prefix[HEAD_SIZE] = {type, 0};
    uint8_t suffix[CRC_SIZE];
    uint32_t crc;
    size_t used;

    if (head_length > LINK_BODY_MAX || tail_length > LINK_BODY_MAX - head_length || room < 2) {
        return 0;
    }
    bytes_put_u16(prefix + 2, (uint16_t)(head_length + tail_length));
    crc = crc32_update(CRC32_START, prefix, sizeof prefix);
    crc = crc32_update(crc, head, head_length);
    crc = crc32_update(crc, tail, tail_length);
    bytes_put_u32(suffix, crc);
    out[0] = 0;
    cobs_encode_begin(&encoder, out + 1, room - 2);
    cobs_encode_add(&encoder, prefix, sizeof prefix);
    cobs_encode_add(&encoder, head, head_length);
    cobs_encode_add(&encoder, tail, tail_length);
    cobs_encode_add(&encoder, suffix, sizeof suffix);
    used = cobs_encode_end(&encoder);
    if (used == 0) {
        return 0;
    }
    out[1 + used] = 0;
    return used + 2;
}

void link_decoder_init(struct link_decoder *decoder, uint8_t *buffer, size_t capacity)
{
    *decoder = (struct link_decoder){.buffer = buffer, .capacity = capacity, .state = TEXT};
}

void link_decoder_drop(struct link_decoder *decoder)
{
    decoder->state = TEXT;
}

/* Stores one decoded byte; false when the frame is too long. */
static bool store(struct link_decoder *d, uint8_t byte)
{
    if (d->used == d->capacity) {
        return false;
    }
    d->buffer[d->used++] = byte;
    d->crc = crc32_update(d->crc, &byte, 1);
    return true;
}

/* A delimiter inside a frame: is the frame whole? */
static enum link_found finish(struct link_decoder *d)
{
    bool good = d->state == INSIDE && d->left == 0 && d->used >= HEAD_SIZE + CRC_SIZE &&
                d->buffer[0] != 0 && d->buffer[1] == 0 &&
                bytes_get_u16(d->buffer + 2) == d->used - HEAD_SIZE - CRC_SIZE &&
                d->crc == CRC_RESIDUE;

    d->state = FIRST;
    if (!good) {
        return LINK_FOUND_BAD;
    }
    d->type = d->buffer[0];
    d->body = d->buffer + HEAD_SIZE;
    d->length = d->used - HEAD_SIZE - CRC_SIZE;
    return LINK_FOUND_FRAME;
}

static void inside(struct link_decoder *d, uint8_t byte)
{
    bool ok = true;

    if (d->left > 0) {
        d->left--;
        ok = store(d, byte);
    } else {
        /* A code byte; the one before it stood for a zero unless its run was full. */
        ok = d->code == 255 || store(d, 0);
        d->code = byte;
        d->left = (uint8_t)(byte - 1);
    }
    if (!ok) {
        d->state = SKIPPING;
    }
}

enum link_found link_frame_feed(struct link_decoder *d, uint8_t byte)
{
    if (byte == 0) {
        if (d->state == INSIDE || d->state == SKIPPING) {
            return finish(d);
        }
        d->state = FIRST;
        return LINK_FOUND_NOTHING;
    }
    switch (d->state) {
    case FIRST:
        if (byte != FIRST_CODE) {
            d->state = TEXT;
            return LINK_FOUND_TEXT;
        }
        d->state = INSIDE;
        d->used = 0;
        d->crc = CRC32_START;
        d->code = byte;
        d->left = (uint8_t)(byte - 1);
        return LINK_FOUND_NOTHING;
    case INSIDE:
        inside(d, byte);
        return LINK_FOUND_NOTHING;
    case SKIPPING:
        return LINK_FOUND_NOTHING;
    default:
        return LINK_FOUND_TEXT;
    }
}
