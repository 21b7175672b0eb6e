// SPDX-License-Identifier: Apache-2.0
/* What the journal means for the objects of the app region, where somebody wants to know. */
#include "internal.h"

#include <base/bytes.h>

bool store_pending(const struct store *store, uint32_t offset, const struct store_frame *frame,
                   struct store_extent *gone)
{
    const uint8_t *at = NULL;

    if (frame->type == STORE_RECORD_APP && frame->length >= STORE_APP_BODY) {
        at = frame->body + APP_REPLACES;
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

static bool live(const struct store *store, uint32_t offset, const struct store_frame *frame)
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
               !store_superseded(store, offset, frame) && !identity_carried(store, frame);
    default:
        return offset == store->stream.record;
    }
}

/* Lets the list point into the half that was just written. */
static void follow(struct store *store)
{
    struct store_frame frame;
    uint32_t at = store_first_offset(store);

    for (; store_next_record(store, &at, &frame); at += store_frame_extent(&frame, store->unit)) {
        struct store_entry *entry;

        if (frame.type == STORE_RECORD_APP) {
            entry = store_entry_find(store, frame.key);
            if (entry != NULL && entry->record != 0) {
                entry->record = at;
            }
        } else if (frame.type == STORE_RECORD_TRANSFER && (frame.flags & STORE_FRAME_ENDS) == 0) {
            store->stream.record = at;
        }
    }
}

/* Follows apps that another tool moved and takes those off that it removed, one record each; then
 * looks into the gaps. */
static int mount_list(struct store *store)
{
    struct store_app_record app;
    uint32_t to;
    bool pad;

    if (store_list_removed(store, &app, &pad, &to)) {
        store_look_behind(store);
        if (store->damaged) {
            store_entry_remove(store, app.address);
        } else {
            if (to != STORE_NONE) {
                store_build_move(store, &app, to);
            } else {
                store_build_removal(store, &app, pad ? app.space : 0);
            }
            (void)store_append_begin(store, 0);
            store->after_append = STAGE_MOUNT_LIST;
        }
        return STORE_BUSY;
    }
    store_list_scan(store);
    store->cursor = store->config->apps.address;
    store->stage = STAGE_MOUNT_GAPS;
    return STORE_BUSY;
}

/* A transfer that this device cannot have is none. */
static void all_read(struct store *store)
{
    struct store_frame frame;

    if (store->stream.record != 0) {
        store_record_at(store, store->stream.record, &frame);
        if (!store_transfer_valid(store, &frame)) {
            store->stream.record = 0;
        }
    }
    store_stream_reset(store);
}

static void appended(struct store *store, uint32_t offset, const struct store_frame *frame)
{
    store_identity_note(store, frame);
    store_list_apply(store, offset, frame);
    store->new_state = 0;
    if (frame->type == STORE_RECORD_TRANSFER) {
        store_stream_reset(store);
        store->stream.settled = true;
    }
}

static int stage(struct store *store)
{
    switch (store->stage) {
    case STAGE_MOUNT_LIST:
        return mount_list(store);
    case STAGE_MOUNT_GAPS:
        return store_gap_stage(store);
    case STAGE_PAD:
        return store_pad_stage(store);
    case STAGE_WRITE:
        return store_write_stage(store);
    default:
        return store_heal_stage(store);
    }
}

const struct store_objects store_objects = {
    .apply = store_list_apply,
    .appended = appended,
    .live = live,
    .moved = follow,
    .read = all_read,
    .pending = store_find_pending,
    .identities = store_identities_count,
    .stage = stage,
};
