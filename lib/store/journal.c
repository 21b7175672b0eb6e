// SPDX-License-Identifier: Apache-2.0
/* The active half: its geometry, its records, and which of them still count. */
#include "internal.h"

#include <base/bytes.h>
#include <base/checked.h>

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

bool store_superseded(const struct store *store, uint32_t offset, const struct store_frame *frame)
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

bool store_record_live(const struct store *store, uint32_t offset, const struct store_frame *frame)
{
    switch (frame->type) {
    case STORE_RECORD_APP:
    case STORE_RECORD_IDENTITY:
    case STORE_RECORD_TRANSFER:
        return store->objects == NULL || store->objects->live(store, offset, frame);
    case STORE_RECORD_LOCK:
        return !store_superseded(store, offset, frame);
    default:
        return (frame->flags & STORE_FRAME_ENDS) == 0 && !store_superseded(store, offset, frame);
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
