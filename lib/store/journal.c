// SPDX-License-Identifier: Apache-2.0
/* The active half: its geometry, its records, and which of them still count. */
#include "internal.h"

#include <base/bytes.h>
#include <base/checked.h>

uint32_t store_half_size(const struct store *store, unsigned half)
{
    return store->config->journal[half].size;
}

const uint8_t *store_half(const struct store *store, unsigned half)
{
    const struct hil_flash *flash = store->config->flash;
    const struct store_extent *extent = &store->config->journal[half];

    return flash->map(flash, extent->address, extent->size);
}

uint32_t store_journal_address(const struct store *store, uint32_t offset)
{
    return store->config->journal[store->active].address + offset;
}

uint32_t store_seal_offset(const struct store *store)
{
    return (STORE_HEAD_SIZE + store->unit - 1) & ~(store->unit - 1);
}

uint32_t store_veto_offset(const struct store *store)
{
    return store_seal_offset(store) + store->unit;
}

uint32_t store_first_offset(const struct store *store)
{
    return store_veto_offset(store) + store->unit;
}

bool store_is_blank(const struct store *store, const uint8_t *data, uint32_t length)
{
    return bytes_all(data, length, store->config->flash->geometry->erase_value);
}

/* A ragged journal is read with its CRCs; a sound one was checked when it was mounted. */
static bool peek(const struct store *store, uint32_t offset, struct store_frame *frame)
{
    const uint8_t *data = store_half(store, store->active) + offset;

    return store->ragged ? store_frame_decode(data, store->tail - offset, store->unit, frame)
                         : store_frame_peek(data, store->tail - offset, store->unit, frame);
}

bool store_next_record(const struct store *store, uint32_t *offset, struct store_frame *frame)
{
    while (*offset < store->tail) {
        if (peek(store, *offset, frame)) {
            return true;
        }
        *offset += store->unit; /* a start mark, or damage */
    }
    return false;
}

void store_record_at(const struct store *store, uint32_t offset, struct store_frame *frame)
{
    (void)store_frame_peek(store_half(store, store->active) + offset, store->tail - offset,
                           store->unit, frame);
}

bool store_tail_marked(const struct store *store, uint32_t offset, const struct store_frame *frame,
                       uint32_t index)
{
    uint32_t at = offset + store_frame_tail(frame, store->unit) + index * store->unit;

    return !store_is_blank(store, store_half(store, store->active) + at, store->unit);
}

bool store_pending(const struct store *store, uint32_t offset, const struct store_frame *frame,
                   struct store_extent *gone)
{
    const uint8_t *at = NULL;

    if (frame->type == STORE_RECORD_APP && frame->length >= STORE_APP_BODY) {
        at = frame->body + 40;
    } else if (frame->type == STORE_RECORD_IDENTITY && frame->length >= STORE_IDENTITY_BODY) {
        at = frame->body + 8;
    } else if (frame->type == STORE_RECORD_TRANSFER && (frame->flags & STORE_FRAME_ENDS) != 0 &&
               frame->length >= 8) {
        at = frame->body;
    }
    if (at == NULL || frame->tail < store->unit) {
        return false;
    }
    gone->address = bytes_get_u32(at);
    gone->size = bytes_get_u32(at + 4);
    return gone->address != STORE_NONE && gone->size != 0 &&
           !store_tail_marked(store, offset, frame, 0);
}

/* Whether a later record has the same type and key. */
static bool superseded(const struct store *store, uint32_t offset, const struct store_frame *frame)
{
    struct store_frame later;
    uint32_t at = offset + store_frame_extent(frame, store->unit);

    for (; store_next_record(store, &at, &later); at += store_frame_extent(&later, store->unit)) {
        if (later.type == frame->type && later.key == frame->key) {
            return true;
        }
    }
    return false;
}

/* Whether an installed app says all that an identity record says. */
static bool identity_carried(const struct store *store, const struct store_frame *frame)
{
    struct store_app_record app;

    for (uint32_t i = 0; i < store->count; i++) {
        if (store_entry_record(store, &store->entries[i], &app) && app.status == STORE_ACCEPTED &&
            app.short_id == frame->key && app.owner == bytes_get_u32(frame->body) &&
            app.floor >= bytes_get_u32(frame->body + 4)) {
            return true;
        }
    }
    return false;
}

static bool app_live(const struct store *store, uint32_t offset)
{
    for (uint32_t i = 0; i < store->count; i++) {
        if (store->entries[i].record == offset) {
            return true;
        }
    }
    return false;
}

bool store_record_live(const struct store *store, uint32_t offset, const struct store_frame *frame)
{
    struct store_extent gone;

    if (store_pending(store, offset, frame, &gone)) {
        return true;
    }
    switch (frame->type) {
    case STORE_RECORD_APP:
        return app_live(store, offset);
    case STORE_RECORD_IDENTITY:
        return frame->key != 0 && frame->length >= STORE_IDENTITY_BODY &&
               !superseded(store, offset, frame) && !identity_carried(store, frame);
    case STORE_RECORD_TRANSFER:
        return offset == store->stream.record;
    case STORE_RECORD_LOCK:
        return !superseded(store, offset, frame);
    default:
        return (frame->flags & STORE_FRAME_ENDS) == 0 && !superseded(store, offset, frame);
    }
}

uint32_t store_live_size(const struct store *store)
{
    struct store_frame frame;
    uint32_t at = store_first_offset(store);
    uint32_t sum = at;

    for (; store_next_record(store, &at, &frame); at += store_frame_extent(&frame, store->unit)) {
        if (store_record_live(store, at, &frame)) {
            sum += store_frame_extent(&frame, store->unit);
        }
    }
    return sum;
}

int store_find(const struct store *store, uint16_t type, uint32_t key, struct store_frame *frame)
{
    struct store_frame each;
    uint32_t at = store_first_offset(store);
    bool found = false;

    if (!store->mounted) {
        return STORE_E_NOT_FOUND;
    }
    for (; store_next_record(store, &at, &each); at += store_frame_extent(&each, store->unit)) {
        if (each.type == type && each.key == key) {
            found = (each.flags & STORE_FRAME_ENDS) == 0;
            *frame = each;
        }
    }
    return found ? 0 : STORE_E_NOT_FOUND;
}

void store_usage(const struct store *store, uint32_t *used, uint32_t *capacity)
{
    *used = store->mounted ? store_live_size(store) : 0;
    *capacity = store_half_size(store, store->active);
}
