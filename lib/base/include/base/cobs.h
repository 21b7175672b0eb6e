// SPDX-License-Identifier: Apache-2.0
/*
 * Consistent Overhead Byte Stuffing (Cheshire and Baker, IEEE/ACM Transactions on Networking 7(2),
 * 1999): any bytes become bytes without a zero, at a cost of one byte in 254.
 *
 * Delimiters are not part of it. Pure; any context.
 */
#ifndef BASE_COBS_H
#define BASE_COBS_H

#include <stddef.h>
#include <stdint.h>

/** Most bytes that length bytes can become. */
#define COBS_ENCODED_MAX(length) ((length) + (length) / 254u + 1u)

/**
 * An encoder that takes its input in pieces, so that a header, a body and a CRC need not be copied
 * together first.
 */
struct cobs_encoder {
    uint8_t *out;
    size_t capacity;
    size_t used;  /* bytes stored, the open code byte included */
    size_t code;  /* index of the open code byte */
    uint8_t run;  /* distance from it to the next byte, 1 to 255 */
    uint8_t full; /* set when the output did not fit */
};

/** Starts encoding into out[0..capacity). out stays the caller's. */
void cobs_encode_begin(struct cobs_encoder *encoder, uint8_t *out, size_t capacity);
/** Encodes length more bytes. */
void cobs_encode_add(struct cobs_encoder *encoder, const void *data, size_t length);
/**
 * Ends the encoding.
 * @return the number of bytes in out, at least 1; 0 when they did not fit
 */
size_t cobs_encode_end(struct cobs_encoder *encoder);

/**
 * Encodes in one go.
 * @param in, length      the bytes; in may be NULL when length is 0
 * @param out, capacity   room for the result; COBS_ENCODED_MAX(length) always fits; no overlap with
 * in
 * @return the number of bytes in out; 0 when they did not fit
 */
size_t cobs_encode(const void *in, size_t length, uint8_t *out, size_t capacity);

/**
 * Decodes a whole frame in place, without its delimiters.
 * @param data     length encoded bytes; replaced by the decoded ones
 * @param decoded  receives the number of decoded bytes, less than length; not NULL
 * @return 0, or BASE_E_COBS when data holds a zero, a code byte points past the end, or length is 0
 */
int cobs_decode(uint8_t *data, size_t length, size_t *decoded);

#endif
