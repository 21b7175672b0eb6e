// SPDX-License-Identifier: Apache-2.0
#include "internal.h"

#include <base/bytes.h>
#include <base/checked.h>
#include <base/crc32.h>
#include <tbf/format.h>

#include <string.h>

/* Offsets in a frame; frozen. */
enum {
    FRAME_LENGTH = 0,
    FRAME_TAIL = 2,
    FRAME_TYPE = 4,
    FRAME_FLAGS = 6,
    FRAME_KEY = 8,
    FRAME_SEQUENCE = 12,
    FRAME_CRC = 16
};

/* Offsets in the header of a half; frozen. */
enum {
    HEAD_MAGIC = 0,
    HEAD_VERSION = 4,
    HEAD_UNIT = 6,
    HEAD_GENERATION = 8,
    HEAD_SEQUENCE = 12,
    HEAD_END = 16,
    HEAD_CRC = 20
};

static uint32_t frame_crc(const uint8_t *data, uint32_t length)
{
    uint32_t crc = crc32_update(CRC32_START, data, FRAME_CRC);

    return crc32_update(crc, data + STORE_FRAME_SIZE, length);
}

static inline uint32_t seal_at(const struct store_frame *frame, uint32_t unit)
{
    return (STORE_FRAME_SIZE + frame->length + unit - 1) & ~(unit - 1);
}

uint32_t store_frame_seal(const struct store_frame *frame, uint32_t unit)
{
    return seal_at(frame, unit);
}

uint32_t store_frame_tail(const struct store_frame *frame, uint32_t unit)
{
    return seal_at(frame, unit) + unit;
}

uint32_t store_frame_extent(const struct store_frame *frame, uint32_t unit)
{
    return seal_at(frame, unit) + unit + frame->tail;
}

bool store_frame_peek(const uint8_t *data, uint32_t available, uint32_t unit,
                      struct store_frame *frame)
{
    if (available < STORE_FRAME_SIZE) {
        return false;
    }
    frame->length = bytes_get_u16(data + FRAME_LENGTH);
    frame->tail = bytes_get_u16(data + FRAME_TAIL);
    frame->type = bytes_get_u16(data + FRAME_TYPE);
    frame->flags = bytes_get_u16(data + FRAME_FLAGS);
    frame->key = bytes_get_u32(data + FRAME_KEY);
    frame->sequence = bytes_get_u32(data + FRAME_SEQUENCE);
    frame->body = data + STORE_FRAME_SIZE;
    return frame->length >= STORE_BODY_MIN && frame->length <= STORE_BODY_MAX &&
           ck_is_aligned(frame->tail, unit) &&
           seal_at(frame, unit) + unit + frame->tail <= available;
}

bool store_frame_decode(const uint8_t *data, uint32_t available, uint32_t unit,
                        struct store_frame *frame)
{
    return store_frame_peek(data, available, unit, frame) &&
           bytes_get_u32(data + FRAME_CRC) == frame_crc(data, frame->length);
}

void store_frame_finish(uint8_t *data, uint32_t sequence)
{
    bytes_put_u32(data + FRAME_SEQUENCE, sequence);
    bytes_put_u32(data + FRAME_CRC, frame_crc(data, bytes_get_u16(data + FRAME_LENGTH)));
}

void store_frame_encode(uint8_t *data, const struct store_frame *frame)
{
    bytes_put_u16(data + FRAME_LENGTH, frame->length);
    bytes_put_u16(data + FRAME_TAIL, frame->tail);
    bytes_put_u16(data + FRAME_TYPE, frame->type);
    bytes_put_u16(data + FRAME_FLAGS, frame->flags);
    bytes_put_u32(data + FRAME_KEY, frame->key);
    store_frame_finish(data, frame->sequence);
}

int store_head_decode(const uint8_t *data, uint32_t unit, struct head *head)
{
    if (bytes_get_u32(data + HEAD_MAGIC) != STORE_HEAD_MAGIC ||
        bytes_get_u32(data + HEAD_CRC) != crc32_update(CRC32_START, data, HEAD_CRC)) {
        return 0;
    }
    if (bytes_get_u16(data + HEAD_VERSION) != STORE_FORMAT_VERSION ||
        bytes_get_u16(data + HEAD_UNIT) != unit) {
        return STORE_E_JOURNAL;
    }
    head->generation = bytes_get_u32(data + HEAD_GENERATION);
    head->sequence = bytes_get_u32(data + HEAD_SEQUENCE);
    head->end = bytes_get_u32(data + HEAD_END);
    return 1;
}

void store_head_encode(uint8_t *data, uint32_t unit, const struct head *head)
{
    bytes_put_u32(data + HEAD_MAGIC, STORE_HEAD_MAGIC);
    bytes_put_u16(data + HEAD_VERSION, STORE_FORMAT_VERSION);
    bytes_put_u16(data + HEAD_UNIT, (uint16_t)unit);
    bytes_put_u32(data + HEAD_GENERATION, head->generation);
    bytes_put_u32(data + HEAD_SEQUENCE, head->sequence);
    bytes_put_u32(data + HEAD_END, head->end);
    bytes_put_u32(data + HEAD_CRC, crc32_update(CRC32_START, data, HEAD_CRC));
}

static bool is_app(const struct store_frame *frame)
{
    return frame->type == STORE_RECORD_APP && frame->length >= STORE_APP_BODY;
}

bool store_app_valid(const struct store_frame *frame)
{
    const uint8_t *body = frame->body;
    uint32_t size;
    uint32_t hashed;

    if (!is_app(frame)) {
        return false; /* shorter: what would be read may lie behind the journal */
    }
    size = bytes_get_u32(body + APP_SIZE);
    hashed = bytes_get_u32(body + APP_HASHED);
    return hashed >= TBF_BASE_SIZE && hashed <= size && size <= bytes_get_u32(body + APP_SPACE) &&
           (body[APP_STATUS] == STORE_CANDIDATE || body[APP_STATUS] == STORE_ACCEPTED);
}

bool store_app_decode(const struct store_frame *frame, struct store_app_record *app)
{
    const uint8_t *body = frame->body;

    if (!store_app_valid(frame)) {
        return false;
    }
    app->address = frame->key;
    app->size = bytes_get_u32(body + APP_SIZE);
    app->space = bytes_get_u32(body + APP_SPACE);
    app->hashed = bytes_get_u32(body + APP_HASHED);
    app->short_id = bytes_get_u32(body + APP_SHORT_ID);
    app->version = bytes_get_u32(body + APP_VERSION);
    app->floor = bytes_get_u32(body + APP_FLOOR);
    app->owner = bytes_get_u32(body + APP_OWNER);
    app->header_flags = bytes_get_u32(body + APP_HEADER_FLAGS);
    app->header_checksum = bytes_get_u32(body + APP_HEADER_CHECKSUM);
    app->status = body[APP_STATUS];
    app->flags = body[APP_FLAGS];
    app->seen = body[APP_SEEN];
    app->replaces = bytes_get_u32(body + APP_REPLACES);
    app->replaces_space = bytes_get_u32(body + APP_REPLACES_SPACE);
    memcpy(app->digest, body + APP_DIGEST, STORE_DIGEST_SIZE);
    memcpy(app->key, body + APP_KEY, STORE_DIGEST_SIZE);
    memcpy(app->boot_digest, body + APP_BOOT_DIGEST, STORE_DIGEST_SIZE);
    return true;
}

bool store_app_names(const struct store_frame *frame, uint32_t short_id)
{
    return is_app(frame) && bytes_get_u32(frame->body + APP_SHORT_ID) == short_id;
}

bool store_app_claims(const struct store_frame *frame, uint32_t short_id)
{
    return store_app_names(frame, short_id) && frame->body[APP_STATUS] == STORE_ACCEPTED;
}

bool store_app_has_digest(const struct store_frame *frame, const uint8_t *digest)
{
    return is_app(frame) && bytes_equal(frame->body + APP_DIGEST, digest, STORE_DIGEST_SIZE);
}

void store_app_encode(uint8_t *body, const struct store_app_record *app)
{
    memset(body, 0, STORE_APP_BODY);
    bytes_put_u32(body + APP_SIZE, app->size);
    bytes_put_u32(body + APP_SPACE, app->space);
    bytes_put_u32(body + APP_HASHED, app->hashed);
    bytes_put_u32(body + APP_SHORT_ID, app->short_id);
    bytes_put_u32(body + APP_VERSION, app->version);
    bytes_put_u32(body + APP_FLOOR, app->floor);
    bytes_put_u32(body + APP_OWNER, app->owner);
    bytes_put_u32(body + APP_HEADER_FLAGS, app->header_flags);
    bytes_put_u32(body + APP_HEADER_CHECKSUM, app->header_checksum);
    body[APP_STATUS] = app->status;
    body[APP_FLAGS] = app->flags;
    body[APP_SEEN] = app->seen;
    bytes_put_u32(body + APP_REPLACES, app->replaces);
    bytes_put_u32(body + APP_REPLACES_SPACE, app->replaces_space);
    memcpy(body + APP_DIGEST, app->digest, STORE_DIGEST_SIZE);
    memcpy(body + APP_KEY, app->key, STORE_DIGEST_SIZE);
    memcpy(body + APP_BOOT_DIGEST, app->boot_digest, STORE_DIGEST_SIZE);
}
