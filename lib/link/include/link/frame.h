// SPDX-License-Identifier: Apache-2.0
/*
 * Frames: 00, COBS(type, 0, length u16, body, CRC-32), 00. Since the second payload byte is 0, what
 * follows the first delimiter is always 02; after a zero, anything else is text.
 *
 * Pure functions over the caller's state; any context.
 */
#ifndef LINK_FRAME_H
#define LINK_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <link/protocol.h>

/** Bytes that a frame with a body of length bytes takes on the line, both delimiters included. */
#define LINK_FRAME_SIZE(length) ((length) + 8u + ((length) + 8u) / 254u + 1u + 2u)

/**
 * Encodes a frame.
 * @param head, head_length  first part of the body, head may be NULL when 0
 * @param tail, tail_length  second part, likewise
 * @param out, room          room for LINK_FRAME_SIZE(head_length + tail_length) bytes
 * @return bytes in out, or 0 when they do not fit
 */
size_t link_frame_encode(uint8_t type, const void *head, size_t head_length, const void *tail,
                         size_t tail_length, uint8_t *out, size_t room);

/** What link_frame_feed() found. */
enum link_found {
    LINK_FOUND_NOTHING, /* more bytes are needed */
    LINK_FOUND_FRAME,   /* type and body of the decoder are valid until the next call */
    LINK_FOUND_BAD,     /* a frame was dropped: COBS, length or CRC */
    LINK_FOUND_TEXT     /* the byte is text, not part of a frame */
};

/** Takes a line apart byte by byte. Decoding and CRC are done as bytes come in. */
struct link_decoder {
    uint8_t *buffer; /* capacity bytes of the caller's for a decoded payload */
    size_t capacity;
    size_t used;
    uint32_t crc;
    uint8_t code; /* the COBS code byte under way */
    uint8_t left; /* bytes that belong to it still */
    uint8_t state;
    uint8_t type; /* of the frame that was found */
    const uint8_t *body;
    size_t length;
};

void link_decoder_init(struct link_decoder *decoder, uint8_t *buffer, size_t capacity);
/** Forgets the frame that is under way, if there is one: what comes next is text, up to a zero. */
void link_decoder_drop(struct link_decoder *decoder);
/** Takes one byte of the line. */
enum link_found link_frame_feed(struct link_decoder *decoder, uint8_t byte);

#endif
