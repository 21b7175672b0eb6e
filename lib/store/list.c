// SPDX-License-Identifier: Apache-2.0
/* The objects of the app region: what the journal says, what is found, and the gaps between. */
#include "internal.h"

#include <base/bytes.h>
#include <base/checked.h>
#include <tbf/header.h>

#include <string.h>

struct store_entry *store_entry_find(struct store *store, uint32_t address)
{
    for (uint32_t i = 0; i < store->count; i++) {
        if (store->entries[i].address == address) {
            return &store->entries[i];
        }
    }
    return NULL;
}

void store_entry_remove(struct store *store, uint32_t address)
{
    struct store_entry *entry = store_entry_find(store, address);
    struct store_entry *end = store->entries + store->count;

    if (entry != NULL) {
        bytes_move(entry, entry + 1, (size_t)(end - entry - 1) * sizeof *entry);
        store->count--;
    }
}

/* Makes room for an object at its place in the order; NULL when the list is full. */
static struct store_entry *insert(struct store *store, uint32_t address, uint32_t space)
{
    uint32_t at = 0;
    struct store_entry *entry;

    if (store->count == STORE_APPS_MAX) {
        store->crowded = true;
        return NULL;
    }
    while (at < store->count && store->entries[at].address < address) {
        at++;
    }
    entry = &store->entries[at];
    bytes_move(entry + 1, entry, (store->count - at) * sizeof *entry);
    store->count++;
    *entry = (struct store_entry){.address = address, .space = space};
    return entry;
}

bool store_entry_record(const struct store *store, const struct store_entry *entry,
                        struct store_app_record *app)
{
    struct store_frame frame;

    if (entry->record == 0) {
        return false;
    }
    store_record_at(store, entry->record, &frame);
    return store_app_decode(&frame, app);
}

static bool in_region(const struct store *store, uint32_t address, uint32_t size)
{
    const struct store_extent *region = &store->config->apps;

    return ck_range_in(address, size, region->address, region->address + region->size);
}

static void apply_app(struct store *store, uint32_t offset, const struct store_frame *frame)
{
    struct store_app_record app;
    struct store_entry *entry;
    uint8_t state;

    if (!store_app_decode(frame, &app) || !in_region(store, app.address, app.space)) {
        return; /* not ours: the CRC is right, the content is not for this device */
    }
    if (app.replaces != app.address) {
        store_entry_remove(store, app.replaces);
    }
    state = app.status == STORE_ACCEPTED ? STORE_UNCHECKED : STORE_VERIFY;
    entry = store_entry_find(store, app.address);
    if (entry == NULL) {
        entry = insert(store, app.address, app.space);
        if (entry == NULL) {
            store->damaged = true; /* a list of a larger device: touch nothing */
            return;
        }
        entry->state = state;
    } else if (entry->record == 0) {
        entry->state = state;
    }
    entry->record = offset;
    entry->space = app.space;
    if (store->new_state != 0) {
        entry->state = store->new_state;
    }
}

static void apply_transfer(struct store *store, uint32_t offset, const struct store_frame *frame)
{
    store->stream.record = 0;
    if ((frame->flags & STORE_FRAME_ENDS) == 0 && store_transfer_valid(store, frame)) {
        store->stream.record = offset;
    }
}

void store_list_apply(struct store *store, uint32_t offset, const struct store_frame *frame)
{
    struct store_transfer transfer;

    switch (frame->type) {
    case STORE_RECORD_APP:
        apply_app(store, offset, frame);
        if (store_transfer_find(store, &transfer) == 0 && transfer.address == frame->key) {
            store->stream.record = 0; /* committed */
        }
        break;
    case STORE_RECORD_IDENTITY:
        if (frame->length >= STORE_IDENTITY_BODY) {
            store_entry_remove(store, bytes_get_u32(frame->body + 8));
        }
        break;
    case STORE_RECORD_TRANSFER:
        apply_transfer(store, offset, frame);
        break;
    case STORE_RECORD_FOREIGN:
        store->foreign = (frame->flags & STORE_FRAME_ENDS) == 0;
        break;
    default:
        break;
    }
}

/* What is occupied: the objects, and behind them, if asked for, the gap that a transfer reserved.
 */
static bool occupied(const struct store *store, uint32_t index, bool reserved,
                     struct store_extent *range)
{
    struct store_frame frame;

    if (index < store->count) {
        range->address = store->entries[index].address;
        range->size = store->entries[index].space;
        return true;
    }
    if (index > store->count || !reserved || store->stream.record == 0) {
        return false;
    }
    store_record_at(store, store->stream.record, &frame);
    range->address = bytes_get_u32(frame.body + 20);
    if (!ck_sub(bytes_get_u32(frame.body + 24), range->address, &range->size)) {
        range->size = 0;
    }
    return true;
}

static bool next_gap(const struct store *store, bool reserved, uint32_t *cursor,
                     struct store_extent *gap)
{
    const struct store_extent *region = &store->config->apps;
    uint32_t end = region->address + region->size;
    struct store_extent range;
    uint32_t next = end;

    /* Every pass moves the cursor behind one object, so that there are at most that many. */
    for (uint32_t i = 0; occupied(store, i, reserved, &range); i++) {
        if (range.address <= *cursor && *cursor - range.address < range.size) {
            *cursor = range.address + range.size;
            i = UINT32_MAX; /* begin again */
        }
    }
    if (*cursor >= end) {
        return false;
    }
    for (uint32_t i = 0; occupied(store, i, reserved, &range); i++) {
        if (range.address > *cursor && range.size != 0) {
            next = ck_min(next, range.address);
        }
    }
    gap->address = *cursor;
    gap->size = next - *cursor;
    *cursor = next;
    return true;
}

bool store_next_gap(const struct store *store, uint32_t *cursor, struct store_extent *gap)
{
    return next_gap(store, true, cursor, gap);
}

bool store_next_space(const struct store *store, uint32_t *cursor, struct store_extent *gap)
{
    return next_gap(store, false, cursor, gap);
}

bool store_is_free(const struct store *store, uint32_t address, uint32_t size)
{
    uint32_t cursor = store->config->apps.address;
    struct store_extent gap;

    while (store_next_gap(store, &cursor, &gap)) {
        if (ck_range_in(address, size, gap.address, gap.address + gap.size)) {
            return true;
        }
    }
    return false;
}

/* Puts the objects of one gap into the list. */
static void scan_gap(struct store *store, const struct store_extent *gap)
{
    const struct hil_flash *flash = store->config->flash;
    const uint8_t *data = flash->map(flash, gap->address, gap->size);
    struct tbf_object object;

    for (uint32_t at = 0; tbf_walk(data, gap->size, at, &object) == 0;
         at = object.offset + object.header.total_size) {
        struct store_entry *entry;

        if (object.error == 0 && object.header.padding) {
            continue;
        }
        entry = insert(store, gap->address + object.offset, object.header.total_size);
        if (entry == NULL) {
            return;
        }
        entry->state = object.error == 0 ? STORE_VERIFY : STORE_DAMAGED;
        entry->refused = (int16_t)object.error;
    }
}

void store_list_scan(struct store *store)
{
    uint32_t cursor = store->config->apps.address;
    struct store_extent gap;

    while (store_next_gap(store, &cursor, &gap)) {
        scan_gap(store, &gap);
    }
}

bool store_list_removed(const struct store *store, struct store_app_record *app, bool *pad)
{
    const struct hil_flash *flash = store->config->flash;
    struct tbf_header header;

    for (uint32_t i = 0; i < store->count; i++) {
        const uint8_t *data;
        int error;

        if (!store_entry_record(store, &store->entries[i], app)) {
            continue;
        }
        data = flash->map(flash, app->address, app->space);
        error = tbf_header_parse(data, app->space, &header);
        if (error == 0 && header.padding &&
            (header.total_size == app->size || header.total_size == app->space)) {
            *pad = true;
            return true;
        }
        if (store->foreign && (error != 0 || header.padding || header.total_size != app->size)) {
            *pad = false;
            return true;
        }
    }
    return false;
}
