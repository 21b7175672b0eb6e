// SPDX-License-Identifier: Apache-2.0
/* Changes to the list. Each checks everything first and then appends one record. */
#include "internal.h"

#include <base/bytes.h>
#include <base/checked.h>

#include <string.h>

/* Takes the decision about a new app again, and completes its record. */
static int complete_app(const struct store *store, struct store_app_record *app)
{
    struct store_identity identity = {
        .short_id = app->short_id, .owner = app->owner, .version = app->version};
    uint32_t replaces;
    uint32_t floor;
    int result;

    memcpy(identity.digest, app->digest, STORE_DIGEST_SIZE);
    if (app->status != STORE_ACCEPTED) {
        return 0; /* a candidate claims nothing */
    }
    result = store_decide(store, &identity, &replaces, &floor);
    if (result < 0 && !(result == STORE_E_APPS && app->replaces != STORE_NONE)) {
        return result;
    }
    app->floor = ck_max(app->floor, ck_max(floor, app->version));
    return 0;
}

/* Starts the record of an app in store->record. */
static void record_app(struct store *store, const struct store_app_record *app)
{
    uint32_t tail = app->replaces != STORE_NONE ? store->unit : 0;

    store_app_encode(
        store_record_start(store, STORE_RECORD_APP, 0, app->address, STORE_APP_BODY, tail), app);
    store->new_state = app->status == STORE_ACCEPTED ? STORE_WHOLE : STORE_VERIFY;
}

/* Fills in what a new version takes over from the one it replaces. */
static int take_over(struct store *store, struct store_app_record *app)
{
    struct store_app_record old;
    struct store_entry *entry;

    app->replaces_space = 0;
    if (app->replaces == STORE_NONE) {
        return 0;
    }
    entry = store_entry_find(store, app->replaces);
    if (entry == NULL || !store_entry_record(store, entry, &old) ||
        (old.short_id != app->short_id &&
         !bytes_equal(old.digest, app->digest, STORE_DIGEST_SIZE))) {
        return STORE_E_ARGUMENT;
    }
    app->flags = old.flags;
    app->replaces_space = old.space;
    return 0;
}

/* Whether the record is about the object that the transfer brought. */
static bool describes(const struct store_app_record *app, const struct store_transfer *transfer)
{
    return app->address == transfer->address && app->size == transfer->size &&
           app->space == transfer->space && app->hashed <= app->size && app->hashed >= 16 &&
           (transfer->hashed == 0 ||
            (app->hashed == transfer->hashed &&
             bytes_equal(app->digest, transfer->digest, STORE_DIGEST_SIZE)));
}

int store_commit_begin(struct store *store, const struct store_app_record *app)
{
    struct store_app_record record = *app;
    struct store_transfer transfer;
    int result = store_may_change(store);

    if (result < 0) {
        return result;
    }
    if (store_transfer_find(store, &transfer) != 0 || transfer.position != transfer.size) {
        return STORE_E_ORDER;
    }
    if (!describes(&record, &transfer) ||
        (record.status != STORE_ACCEPTED && record.status != STORE_CANDIDATE) ||
        !ck_range_in(record.address, record.space, store->config->apps.address,
                     store->config->apps.address + store->config->apps.size)) {
        return STORE_E_ARGUMENT;
    }
    result = take_over(store, &record);
    if (result == 0) {
        result = complete_app(store, &record);
    }
    if (result == 0 && record.replaces == STORE_NONE && store->count >= STORE_APPS_MAX) {
        result = STORE_E_APPS;
    }
    if (result < 0) {
        return result;
    }
    record_app(store, &record);
    return store_append_begin(store, store_reserve(store));
}

int store_adopt_begin(struct store *store, const struct store_app_record *app)
{
    struct store_app_record record = *app;
    struct store_entry *entry = store_entry_find(store, app->address);
    int result = store_may_change(store);

    if (result < 0) {
        return result;
    }
    if (entry == NULL) {
        return STORE_E_NOT_FOUND;
    }
    if (entry->state != STORE_VERIFY || record.space != entry->space ||
        record.size > record.space || record.hashed > record.size || record.hashed < 16 ||
        record.status != STORE_ACCEPTED) {
        return STORE_E_ARGUMENT;
    }
    record.replaces = STORE_NONE;
    record.replaces_space = 0;
    result = complete_app(store, &record);
    if (result < 0 && result != STORE_E_APPS) { /* it has its entry already */
        return result;
    }
    record.floor = ck_max(record.floor, record.version);
    record_app(store, &record);
    return store_append_begin(store, store_reserve(store));
}

/* The identity outlives the app; a place of 0 bytes is left as it is. */
void store_build_removal(struct store *store, const struct store_app_record *app, uint32_t space)
{
    bool known = app->status == STORE_ACCEPTED && app->short_id != 0;
    uint8_t *body = store_record_start(store, STORE_RECORD_IDENTITY, 0, known ? app->short_id : 0,
                                       STORE_IDENTITY_BODY, space != 0 ? store->unit : 0);

    bytes_put_u32(body, known ? app->owner : 0);
    bytes_put_u32(body + 4, known ? app->floor : 0);
    bytes_put_u32(body + 8, app->address);
    bytes_put_u32(body + 12, space);
}

/* It keeps all that was recorded; its bytes are hashed before anything is believed. */
void store_build_move(struct store *store, const struct store_app_record *app, uint32_t to)
{
    struct store_app_record moved = *app;

    moved.replaces = app->address;
    moved.replaces_space = 0;
    moved.address = to;
    moved.space = app->size;
    record_app(store, &moved);
    store->new_state = 0; /* as its status says */
}

int store_remove_begin(struct store *store, uint32_t address)
{
    struct store_entry *entry = store_entry_find(store, address);
    struct store_app_record app = {.address = address};
    struct store_extent place;
    int result = store_may_change(store);

    if (result < 0) {
        return result;
    }
    if (entry == NULL) {
        return STORE_E_NOT_FOUND;
    }
    place.address = entry->address;
    place.size = entry->space;
    if (!store_can_pad(store, &place)) {
        return STORE_E_SHARED;
    }
    (void)store_entry_record(store, entry, &app);
    store_build_removal(store, &app, place.size);
    return store_append_begin(store, 0);
}

int store_flags_begin(struct store *store, uint32_t address, uint32_t flags)
{
    struct store_entry *entry = store_entry_find(store, address);
    struct store_app_record app;
    struct store_frame frame;
    int result = store_may_change(store);

    if (result < 0) {
        return result;
    }
    if (entry == NULL || !store_entry_frame(store, entry, &frame)) {
        return STORE_E_NOT_FOUND;
    }
    (void)store_app_decode(&frame, &app);
    app.seen = store_seen_flags(store, address);
    flags &= STORE_FLAG_ENABLED | STORE_FLAG_STICKY;
    if (app.flags == flags && app.seen == store_seen_before(&frame)) {
        return 0;
    }
    app.flags = (uint8_t)flags;
    app.replaces = STORE_NONE;
    app.replaces_space = 0;
    record_app(store, &app);
    store->new_state = entry->state; /* as it was */
    return store_append_begin(store, 0);
}
