// SPDX-License-Identifier: Apache-2.0
/*
 * Reading the journal at mount: which half counts, what its records say, and whether a power cut
 * left something in doubt. Nothing here writes. docs/store.md gives the reasons.
 */
#include "internal.h"

#include <base/bytes.h>
#include <base/checked.h>

/* How far a sequence number may run ahead of the expected one after damage. */
#define SEQUENCE_WINDOW 4096u

/* What is known of a half before one is chosen. */
struct half {
    bool valid;  /* its header is good */
    bool sealed; /* its header was written to its end */
    bool vetoes; /* the other half counts only when it is used */
    bool closed; /* it counts */
    struct head head;
};

/* Whether the place of the longest record, as far as the half reaches, is blank. */
static bool blank_at(const struct store *store, const uint8_t *data, uint32_t at, uint32_t size)
{
    return store_is_blank(store, data + at, ck_min(size - at, STORE_RECORD_MAX));
}

static int look_at(const struct store *store, unsigned index, struct half *half)
{
    const uint8_t *data = store_half(store, index);
    uint32_t size = store_half_size(store, index);
    int result = store_head_decode(data, store->unit, &half->head);

    half->valid =
        result == 1 && half->head.end >= store_first_offset(store) && half->head.end <= size;
    if (half->valid) {
        half->sealed = !store_is_blank(store, data + store_seal_offset(store), store->unit);
        half->vetoes = !store_is_blank(store, data + store_veto_offset(store), store->unit);
    }
    return result < 0 ? result : 0;
}

/* Whether something was appended to what compaction had written. */
static bool is_used(const struct store *store, unsigned index, const struct half *half)
{
    return !blank_at(store, store_half(store, index), half->head.end,
                     store_half_size(store, index));
}

/* Whether any record lies in a half, wherever. */
static bool holds_records(const struct store *store, unsigned index)
{
    const uint8_t *data = store_half(store, index);
    uint32_t size = store_half_size(store, index);
    struct store_frame frame;

    for (uint32_t at = 0; at < size; at += store->unit) {
        if (store_frame_decode(data + at, size - at, store->unit, &frame)) {
            return true;
        }
    }
    return false;
}

static bool newer(uint32_t a, uint32_t b)
{
    return a != b && a - b < 0x80000000u;
}

bool store_other_is_newer(const struct store *store)
{
    struct head head;

    return store_head_decode(store_half(store, store->active ^ 1u), store->unit, &head) == 1 &&
           newer(head.generation, store->generation);
}

int store_select(struct store *store, bool *fresh)
{
    struct half halves[2] = {0};
    unsigned best;

    *fresh = false;
    for (unsigned i = 0; i < 2; i++) {
        int result = look_at(store, i, &halves[i]);

        if (result < 0) {
            return result;
        }
    }
    if (!halves[0].valid && !halves[1].valid) {
        if (holds_records(store, 0) || holds_records(store, 1)) {
            return STORE_E_JOURNAL;
        }
        *fresh = true;
        return 0;
    }
    for (unsigned i = 0; i < 2; i++) {
        halves[i].closed = halves[i].valid && ((halves[i].sealed && !halves[i ^ 1u].vetoes) ||
                                               is_used(store, i, &halves[i]));
    }
    if (halves[0].valid != halves[1].valid) {
        best = halves[1].valid ? 1 : 0;
    } else if (halves[0].closed != halves[1].closed) {
        best = halves[1].closed ? 1 : 0;
    } else {
        best = newer(halves[1].head.generation, halves[0].head.generation) ? 1 : 0;
    }
    store->active = (uint8_t)best;
    store->generation = halves[best].head.generation;
    store->sequence = halves[best].head.sequence;
    store->target = halves[best].head.end;
    store->alone = !halves[best ^ 1u].valid;
    /* A newer half that was not closed must be erased before this one may change. */
    store->dirty =
        !store->alone && newer(halves[best ^ 1u].head.generation, halves[best].head.generation);
    return 0;
}

/* Finds the next good record behind a bad place; size of the half when there is none. */
static uint32_t resync(const struct store *store, const uint8_t *data, uint32_t at, uint32_t size)
{
    struct store_frame frame;

    for (; at < size; at += store->unit) {
        if (store_frame_decode(data + at, size - at, store->unit, &frame) &&
            frame.sequence - store->sequence < SEQUENCE_WINDOW) {
            return at;
        }
    }
    return size;
}

/* Whether the other half, without a header, holds changes that the active one does not know. */
static bool other_is_ahead(const struct store *store)
{
    unsigned other = store->active ^ 1u;
    const uint8_t *data = store_half(store, other);
    uint32_t size = store_half_size(store, other);
    struct store_frame frame;

    if (!store->alone || store_is_blank(store, data, size)) {
        return false;
    }
    for (uint32_t at = 0; at < size; at += store->unit) {
        if (store_frame_decode(data + at, size - at, store->unit, &frame) &&
            (frame.flags & STORE_FRAME_COPIED) == 0 &&
            frame.sequence - store->sequence < SEQUENCE_WINDOW) {
            return true;
        }
    }
    return false;
}

static bool is_mark(const struct store *store, const uint8_t *data)
{
    uint8_t full = (uint8_t)~store->config->flash->geometry->erase_value;

    for (uint32_t i = 0; i < store->unit; i++) {
        if (data[i] != full) {
            return false;
        }
    }
    return true;
}

/* What lies behind the last record, and in the other half. */
static void look_behind(struct store *store)
{
    const uint8_t *data = store_half(store, store->active);
    uint32_t size = store_half_size(store, store->active);

    if (!store_is_blank(store, data + store->tail, size - store->tail)) {
        store->dirty = true; /* a torn record */
        /* A record behind a gap: whatever stood between was lost. */
        store->damaged |= resync(store, data, store->tail, size) != size;
    }
    store->damaged |= other_is_ahead(store);
}

void store_replay(struct store *store)
{
    const uint8_t *data = store_half(store, store->active);
    uint32_t size = store_half_size(store, store->active);
    uint32_t at = store_first_offset(store);
    struct store_frame frame;

    store->unread = false;
    store->pends = false;
    while (at < size) {
        if (is_mark(store, data + at)) {
            at += store->unit;
            continue;
        }
        if (!store_frame_decode(data + at, size - at, store->unit, &frame) ||
            frame.sequence != store->sequence) {
            uint32_t good;

            if (blank_at(store, data, at, size)) {
                store->unread = true; /* the end, as it looks: store_look_behind() makes sure */
                break;
            }
            good = resync(store, data, at, size);
            if (good == size) {
                break;
            }
            /* A start mark may read as anything; but no number may be missing. */
            store->ragged = true;
            if (bytes_get_u32(data + good + 12) != store->sequence) {
                store->damaged = true;
                store->sequence = bytes_get_u32(data + good + 12);
            }
            at = good;
            continue;
        }
        store->tail = at + store_frame_extent(&frame, store->unit);
        if (store->objects != NULL) {
            store->objects->apply(store, at, &frame);
        }
        if (store_is_blank(store, data + at + store_frame_seal(&frame, store->unit), store->unit)) {
            store->dirty = true; /* perhaps it was not written to its end */
        }
        store->sequence = frame.sequence + 1;
        at = store->tail;
    }
    store->tail = at;
    if (!store->unread) {
        look_behind(store);
    }
}

void store_look_behind(struct store *store)
{
    if (store->unread) {
        store->unread = false;
        look_behind(store);
        if (store->objects != NULL) {
            store->identities = store->objects->identities(store);
        }
    }
}
