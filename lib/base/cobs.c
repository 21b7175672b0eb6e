// SPDX-License-Identifier: Apache-2.0
#include <base/cobs.h>

#include <base/error.h>

static void open_code(struct cobs_encoder *encoder)
{
    encoder->code = encoder->used;
    encoder->run = 1;
    if (encoder->used < encoder->capacity) {
        encoder->used++;
    } else {
        encoder->full = 1;
    }
}

static void close_code(struct cobs_encoder *encoder)
{
    if (encoder->full == 0) {
        encoder->out[encoder->code] = encoder->run;
    }
}

void cobs_encode_begin(struct cobs_encoder *encoder, uint8_t *out, size_t capacity)
{
    encoder->out = out;
    encoder->capacity = capacity;
    encoder->used = 0;
    encoder->full = 0;
    open_code(encoder);
}

static void add_byte(struct cobs_encoder *encoder, uint8_t byte)
{
    if (encoder->run == 255) {
        close_code(encoder);
        open_code(encoder);
    }
    if (byte == 0) {
        close_code(encoder);
        open_code(encoder);
        return;
    }
    if (encoder->used < encoder->capacity) {
        encoder->out[encoder->used++] = byte;
        encoder->run++;
    } else {
        encoder->full = 1;
    }
}

void cobs_encode_add(struct cobs_encoder *encoder, const void *data, size_t length)
{
    const uint8_t *p = data;

    for (size_t i = 0; i < length && encoder->full == 0; i++) {
        add_byte(encoder, p[i]);
    }
}

size_t cobs_encode_end(struct cobs_encoder *encoder)
{
    close_code(encoder);
    return encoder->full == 0 ? encoder->used : 0;
}

size_t cobs_encode(const void *in, size_t length, uint8_t *out, size_t capacity)
{
    struct cobs_encoder encoder;

    cobs_encode_begin(&encoder, out, capacity);
    cobs_encode_add(&encoder, in, length);
    return cobs_encode_end(&encoder);
}

int cobs_decode(uint8_t *data, size_t length, size_t *decoded)
{
    size_t from = 0;
    size_t to = 0;

    if (length == 0) {
        return BASE_E_COBS;
    }
    while (from < length) {
        uint8_t code = data[from++];

        if (code == 0 || (size_t)(code - 1) > length - from) {
            return BASE_E_COBS;
        }
        for (uint8_t i = 1; i < code; i++) {
            if (data[from] == 0) {
                return BASE_E_COBS;
            }
            data[to++] = data[from++];
        }
        /* A full run of 254 stands for no zero; neither does the end of the frame. */
        if (code != 255 && from < length) {
            data[to++] = 0;
        }
    }
    *decoded = to;
    return 0;
}
