// SPDX-License-Identifier: Apache-2.0
/*
 * Compaction: the records that still count move to the other half, whose header is written last.
 * Until the header's seal is programmed the old half counts.
 */
#include "internal.h"

#include <string.h>

static uint32_t target_address(const struct store *store, uint32_t offset)
{
    return store->config->journal[store->active ^ 1u].address + offset;
}

void store_compact_begin(struct store *store, unsigned stage_after)
{
    store->after_compact = (uint8_t)stage_after;
    store->source = store_first_offset(store);
    store->target = store_first_offset(store);
    store->target_sequence = store->sequence;
    store->stage = STAGE_COMPACT_VETO;
    if (!store->blank) {
        /* Perhaps this half's seal was cut: make it certain before the other half goes. */
        store_program_mark(store, store_journal_address(store, store_seal_offset(store)));
    }
}

/*
 * A newer half that was not closed is about to be erased: if that is cut, it may read as closed.
 * The veto keeps it from being believed until something is appended to it.
 */
static int veto(struct store *store)
{
    if (!store->blank && store_other_is_newer(store)) {
        store_program_mark(store, store_journal_address(store, store_veto_offset(store)));
    }
    store->stage = STAGE_COMPACT_ERASE;
    return STORE_BUSY;
}

/* Where this half has vetoed the other, appends a start mark there: it is in use now. */
static int show(struct store *store)
{
    const uint8_t *mark = store_half(store, store->active) + store_veto_offset(store);

    if (!store->blank && !store_is_blank(store, mark, store->unit) &&
        store_half_size(store, 0) - store->target >= store->unit) {
        store_program_mark(store, target_address(store, store->target));
        store->target += store->unit;
    }
    store->stage = STAGE_COMPACT_SWITCH;
    return STORE_BUSY;
}

static int erase(struct store *store)
{
    const struct store_extent *other = &store->config->journal[store->active ^ 1u];

    store_erase(store, other->address, other->size);
    store->stage = STAGE_COMPACT_COPY;
    return STORE_BUSY;
}

/* Copies one record, renumbered, with its seal. */
static bool copy_record(struct store *store, const struct store_frame *from)
{
    uint8_t *buffer = store->buffer;
    uint32_t size = STORE_FRAME_SIZE + from->length;
    uint32_t seal = store_frame_seal(from, store->unit);
    uint8_t erased = store->config->flash->geometry->erase_value;
    struct store_frame frame;

    memset(buffer, erased, seal);
    memcpy(buffer, from->body - STORE_FRAME_SIZE, size);
    if (!store_frame_decode(buffer, UINT32_MAX, store->unit, &frame)) {
        return false; /* it was torn, and reads differently now: it did not happen */
    }
    frame.flags |= STORE_FRAME_COPIED;
    frame.sequence = store->target_sequence++;
    store_frame_encode(buffer, &frame);
    memset(buffer + seal, (uint8_t)~erased, store->unit);
    store_program(store, target_address(store, store->target), buffer, seal + store->unit);
    return true;
}

static int copy(struct store *store)
{
    struct store_frame frame;

    while (!store->blank && store_next_record(store, &store->source, &frame)) {
        if (store_record_live(store, store->source, &frame) && copy_record(store, &frame)) {
            store->cursor = 0;
            store->stage = STAGE_COMPACT_TAIL;
            return STORE_BUSY;
        }
        store->source += store_frame_extent(&frame, store->unit);
    }
    store->stage = STAGE_COMPACT_HEAD;
    return STORE_BUSY;
}

/* Copies the units of a tail that are programmed, one by one. */
static int copy_tail(struct store *store)
{
    struct store_frame frame;
    uint32_t tail;

    store_record_at(store, store->source, &frame);
    tail = store_frame_tail(&frame, store->unit);
    for (; store->cursor < frame.tail; store->cursor += store->unit) {
        uint32_t at = tail + store->cursor;
        const uint8_t *unit = store_half(store, store->active) + store->source + at;

        if (!store_is_blank(store, unit, store->unit)) {
            memcpy(store->buffer, unit, store->unit);
            store_program(store, target_address(store, store->target + at), store->buffer,
                          store->unit);
            store->cursor += store->unit;
            return STORE_BUSY;
        }
    }
    store->source += store_frame_extent(&frame, store->unit);
    store->target += store_frame_extent(&frame, store->unit);
    store->stage = STAGE_COMPACT_COPY;
    return STORE_BUSY;
}

static int write_head(struct store *store)
{
    struct head head = {store->generation + 1, store->sequence, store->target};

    memset(store->buffer, store->config->flash->geometry->erase_value, store_seal_offset(store));
    store_head_encode(store->buffer, store->unit, &head);
    store_program(store, target_address(store, 0), store->buffer, store_seal_offset(store));
    store->dirty = true; /* from here on the other half may count after a power cut */
    store->stage = STAGE_COMPACT_CLOSE;
    return STORE_BUSY;
}

static int switch_halves(struct store *store)
{
    store->active ^= 1u;
    store->generation++;
    store->sequence = store->target_sequence;
    store->tail = store->target;
    store->dirty = false;
    store->damaged = false;
    store->ragged = false;
    store->blank = false;
    store->unmarked = false; /* nobody wrote here before */
    store->stream.settled = true;
    if (store->objects != NULL) {
        store->objects->moved(store);
    }
    store->stage = store->after_compact;
    return STORE_BUSY;
}

int store_compact_stage(struct store *store)
{
    switch (store->stage) {
    case STAGE_COMPACT_VETO:
        return veto(store);
    case STAGE_COMPACT_SHOW:
        return show(store);
    case STAGE_COMPACT_ERASE:
        return erase(store);
    case STAGE_COMPACT_COPY:
        return copy(store);
    case STAGE_COMPACT_TAIL:
        return copy_tail(store);
    case STAGE_COMPACT_HEAD:
        return write_head(store);
    case STAGE_COMPACT_CLOSE:
        store_program_mark(store, target_address(store, store_seal_offset(store)));
        store->stage = STAGE_COMPACT_SHOW;
        return STORE_BUSY;
    default:
        return switch_halves(store);
    }
}
