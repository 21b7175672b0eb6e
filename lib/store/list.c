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

bool store_entry_frame(const struct store *store, const struct store_entry *entry,
                       struct store_frame *frame)
{
    if (entry->record == 0) {
        return false;
    }
    store_record_at(store, entry->record, frame);
    return store_app_valid(frame);
}

bool store_entry_record(const struct store *store, const struct store_entry *entry,
                        struct store_app_record *app)
{
    struct store_frame frame;

    return store_entry_frame(store, entry, &frame) && store_app_decode(&frame, app);
}

static bool in_region(const struct store *store, uint32_t address, uint32_t size)
{
    const struct store_extent *region = &store->config->apps;

    return ck_range_in(address, size, region->address, region->address + region->size);
}

static void apply_app(struct store *store, uint32_t offset, const struct store_frame *frame)
{
    struct store_entry *entry;
    uint32_t replaces;
    uint32_t space;
    uint8_t state;

    if (!store_app_valid(frame) ||
        !in_region(store, frame->key, bytes_get_u32(frame->body + APP_SPACE))) {
        return; /* not ours: the CRC is right, the content is not for this device */
    }
    space = bytes_get_u32(frame->body + APP_SPACE);
    replaces = bytes_get_u32(frame->body + APP_REPLACES);
    if (replaces != frame->key) {
        store_entry_remove(store, replaces);
    }
    state = frame->body[APP_STATUS] == STORE_ACCEPTED ? STORE_UNCHECKED : STORE_VERIFY;
    entry = store_entry_find(store, frame->key);
    if (entry == NULL) {
        entry = insert(store, frame->key, space);
        if (entry == NULL) {
            store->damaged = true; /* a list of a larger device: touch nothing */
            return;
        }
    }
    /* While records are read, the latest one says it. */
    entry->state = store->new_state != 0 ? store->new_state : state;
    entry->record = offset;
    entry->space = space;
}

static void apply_transfer(struct store *store, uint32_t offset, const struct store_frame *frame)
{
    bool begins = (frame->flags & STORE_FRAME_ENDS) == 0 && frame->length >= STORE_TRANSFER_BODY;

    store->stream.record = begins ? offset : 0; /* the last is looked at when all were read */
}

void store_list_apply(struct store *store, uint32_t offset, const struct store_frame *frame)
{
    struct store_extent gone;

    store->pends |= store_pending(store, offset, frame, &gone);
    switch (frame->type) {
    case STORE_RECORD_APP:
        apply_app(store, offset, frame);
        if (store->stream.record != 0 && store_transfer_address(store) == frame->key) {
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

/* The gap that the transfer under way reserved; size 0: none. */
static struct store_extent reserved_gap(const struct store *store)
{
    struct store_extent gap = {0, 0};
    struct store_frame frame;

    if (store->stream.record != 0) {
        store_record_at(store, store->stream.record, &frame);
        gap.address = bytes_get_u32(frame.body + 20);
        if (!ck_sub(bytes_get_u32(frame.body + 24), gap.address, &gap.size)) {
            gap.size = 0;
        }
    }
    return gap;
}

static bool within(uint32_t at, uint32_t address, uint32_t size)
{
    return at >= address && at - address < size;
}

/* Passes the objects that lie at `at`, one behind the other; answers where the next one begins. */
static uint32_t pass_objects(const struct store *store, uint32_t *at)
{
    const struct store_entry *end = store->entries + store->count;

    /* In the order of addresses: one that was passed does not hold what lies behind the next. */
    for (const struct store_entry *entry = store->entries; entry < end; entry++) {
        if (within(*at, entry->address, entry->space)) {
            *at = entry->address + entry->space;
        } else if (entry->address > *at && entry->space != 0) {
            return entry->address;
        }
    }
    return UINT32_MAX;
}

static bool next_gap(const struct store *store, const struct store_extent *reserved,
                     uint32_t *cursor, struct store_extent *gap)
{
    const struct store_extent *region = &store->config->apps;
    uint32_t next = pass_objects(store, cursor);

    /* Every pass moves the cursor behind the reserved gap, so that there are at most two. */
    while (within(*cursor, reserved->address, reserved->size)) {
        *cursor = reserved->address + reserved->size;
        next = pass_objects(store, cursor);
    }
    if (*cursor >= region->address + region->size) {
        return false;
    }
    next = ck_min(next, region->address + region->size);
    if (reserved->size != 0 && reserved->address > *cursor) {
        next = ck_min(next, reserved->address);
    }
    gap->address = *cursor;
    gap->size = next - *cursor;
    *cursor = next;
    return true;
}

bool store_next_gap(const struct store *store, uint32_t *cursor, struct store_extent *gap)
{
    const struct store_extent reserved = reserved_gap(store);

    return next_gap(store, &reserved, cursor, gap);
}

bool store_next_space(const struct store *store, uint32_t *cursor, struct store_extent *gap)
{
    const struct store_extent none = {0, 0};

    return next_gap(store, &none, cursor, gap);
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

/* Whether an app's header begins as it did when it was signed: then it is no padding. */
static bool begins_as_signed(const uint8_t *data, const struct store_frame *frame)
{
    return bytes_get_u32(data + 4) == bytes_get_u32(frame->body + APP_SIZE) &&
           bytes_get_u32(data + 8) == bytes_get_u32(frame->body + APP_HEADER_FLAGS) &&
           bytes_get_u32(data + 12) == bytes_get_u32(frame->body + APP_HEADER_CHECKSUM);
}

/* Whether an object's header is that of a recorded app, but for the flags and what they do to the
 * checksum. */
static bool is_the_app(const struct tbf_header *header, const struct store_frame *frame)
{
    return !header->padding && header->total_size == bytes_get_u32(frame->body + APP_SIZE) &&
           header->version == bytes_get_u32(frame->body + APP_VERSION) &&
           tbf_short_id(header) == bytes_get_u32(frame->body + APP_SHORT_ID) &&
           (header->flags ^ header->checksum) == (bytes_get_u32(frame->body + APP_HEADER_FLAGS) ^
                                                  bytes_get_u32(frame->body + APP_HEADER_CHECKSUM));
}

/*
 * Where a walk from the start of the region finds a recorded app: its own place, or else one that
 * no record speaks of. STORE_NONE: nowhere; or, when it is `blocked`, where another's record is.
 */
static uint32_t walk_to(struct store *store, const struct store_frame *frame, bool *blocked)
{
    const struct store_extent *region = &store->config->apps;
    const struct hil_flash *flash = store->config->flash;
    const uint8_t *data = flash->map(flash, region->address, region->size);
    uint32_t found = STORE_NONE;
    struct tbf_object object;

    *blocked = false;
    for (uint32_t at = 0; tbf_walk(data, region->size, at, &object) == 0;
         at = object.offset + object.header.total_size) {
        uint32_t address = region->address + object.offset;

        if (object.error != 0 || !is_the_app(&object.header, frame)) {
            continue;
        }
        if (address == frame->key) {
            return address;
        }
        *blocked = store_entry_find(store, address) != NULL;
        if (found == STORE_NONE && !*blocked) {
            found = address;
        }
    }
    return found;
}

/*
 * The first app that a legacy tool moved to where it can be followed; or else one that it took off,
 * which may free another's place; or else one that can only be verified anew.
 */
static bool list_left(struct store *store, struct store_app_record *app, uint32_t *to)
{
    enum { THERE, BLOCKED, GONE, MOVED } best = THERE;
    struct store_frame frame;

    *to = STORE_NONE;
    for (uint32_t i = 0; i < store->count && best != MOVED; i++) {
        uint32_t place;
        bool blocked;

        if (!store_entry_frame(store, &store->entries[i], &frame)) {
            continue;
        }
        place = walk_to(store, &frame, &blocked);
        if (place == frame.key) {
            continue;
        }
        if (place != STORE_NONE) {
            best = MOVED;
        } else if (best < (blocked ? BLOCKED : GONE)) {
            best = blocked ? BLOCKED : GONE;
        } else {
            continue;
        }
        *to = place;
        (void)store_app_decode(&frame, app);
    }
    return best != THERE;
}

bool store_list_removed(struct store *store, struct store_app_record *app, bool *pad, uint32_t *to)
{
    const struct hil_flash *flash = store->config->flash;
    struct tbf_header header;
    struct store_frame frame;

    *pad = !store->foreign;
    if (store->foreign) {
        return list_left(store, app, to);
    }
    *to = STORE_NONE;
    for (uint32_t i = 0; i < store->count; i++) {
        const uint8_t *data;

        if (!store_entry_frame(store, &store->entries[i], &frame)) {
            continue;
        }
        data = flash->map(flash, frame.key, bytes_get_u32(frame.body + APP_SPACE));
        if (begins_as_signed(data, &frame)) {
            continue;
        }
        (void)store_app_decode(&frame, app);
        if (tbf_header_parse(data, app->space, &header) == 0 && header.padding &&
            (header.total_size == app->size || header.total_size == app->space)) {
            return true;
        }
    }
    return false;
}
