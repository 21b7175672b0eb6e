// SPDX-License-Identifier: Apache-2.0
/* Who an app is: ShortID, owner, lowest acceptable version; and what that means for a new app. */
#include "internal.h"

#include <base/bytes.h>
#include <base/checked.h>

/* Whether an entry is an accepted app of this ShortID: without decoding all that its record says.
 */
static bool has_identity(const struct store *store, const struct store_entry *entry,
                         uint32_t short_id, struct store_frame *frame)
{
    if (entry->record == 0) {
        return false;
    }
    store_record_at(store, entry->record, frame);
    return store_app_claims(frame, short_id);
}

/* What the installed app of a ShortID says. */
static bool installed(const struct store *store, uint32_t short_id, uint32_t *owner,
                      uint32_t *floor)
{
    struct store_app_record app;
    struct store_frame frame;

    for (uint32_t i = 0; i < store->count; i++) {
        if (has_identity(store, &store->entries[i], short_id, &frame) &&
            store_app_decode(&frame, &app)) {
            *owner = app.owner;
            *floor = app.floor;
            return true;
        }
    }
    return false;
}

int store_identity_find(const struct store *store, uint32_t short_id, uint32_t *owner,
                        uint32_t *floor)
{
    struct store_frame frame;
    bool found = false;

    *owner = 0;
    *floor = 0;
    if (short_id == 0 || !store->mounted) {
        return STORE_E_NOT_FOUND;
    }
    if (store_find(store, STORE_RECORD_IDENTITY, short_id, &frame) == 0 &&
        frame.length >= STORE_IDENTITY_BODY) {
        *owner = bytes_get_u32(frame.body);
        *floor = bytes_get_u32(frame.body + 4);
        found = true;
    }
    if (found) {
        uint32_t kept = *floor;

        if (installed(store, short_id, owner, floor)) {
            *floor = ck_max(kept, *floor);
        }
        return 0;
    }
    return installed(store, short_id, owner, floor) ? 0 : STORE_E_NOT_FOUND;
}

/* Whether an app's record is that of an accepted app with a ShortID. */
static bool claims_any(const struct store_frame *frame)
{
    return frame->body[APP_STATUS] == STORE_ACCEPTED &&
           bytes_get_u32(frame->body + APP_SHORT_ID) != 0;
}

uint32_t store_identities_count(const struct store *store)
{
    struct store_frame frame;
    uint32_t at = store_first_offset(store);
    uint32_t owner;
    uint32_t floor;
    uint32_t count = 0;

    for (uint32_t i = 0; i < store->count; i++) {
        if (store_entry_frame(store, &store->entries[i], &frame) && claims_any(&frame)) {
            count++;
        }
    }
    for (; store_next_record(store, &at, &frame); at += store_frame_extent(&frame, store->unit)) {
        struct store_frame latest;

        if (frame.type == STORE_RECORD_IDENTITY && frame.key != 0 &&
            !installed(store, frame.key, &owner, &floor) &&
            store_find(store, STORE_RECORD_IDENTITY, frame.key, &latest) == 0 &&
            latest.body == frame.body) {
            count++;
        }
    }
    return count;
}

void store_identity_note(struct store *store, const struct store_frame *frame)
{
    uint32_t owner;
    uint32_t floor;

    if (store_app_valid(frame) && claims_any(frame) &&
        store_identity_find(store, bytes_get_u32(frame->body + APP_SHORT_ID), &owner, &floor) !=
            0) {
        store->identities++;
    }
}

/* The installed app that has this digest, else this ShortID. */
static bool find_equal(const struct store *store, const struct store_identity *identity,
                       struct store_app_record *app, bool *same)
{
    bool found = false;
    struct store_frame frame;

    *same = false;
    for (uint32_t i = 0; i < store->count; i++) {
        const struct store_entry *entry = &store->entries[i];

        if (entry->record == 0) {
            continue;
        }
        store_record_at(store, entry->record, &frame);
        if (store_app_has_digest(&frame, identity->digest)) {
            *same = entry->state == STORE_WHOLE || entry->state == STORE_UNCHECKED;
            return store_app_decode(&frame, app);
        }
        if (identity->short_id != 0 && !found && store_app_names(&frame, identity->short_id)) {
            found = store_app_decode(&frame, app);
        }
    }
    return found;
}

int store_decide(const struct store *store, const struct store_identity *identity,
                 uint32_t *replaces, uint32_t *floor)
{
    struct store_app_record app = {.address = STORE_NONE};
    uint32_t owner = 0;
    uint32_t lowest = 0;
    bool known = store_identity_find(store, identity->short_id, &owner, &lowest) == 0;
    bool same;
    bool found = find_equal(store, identity, &app, &same);

    *replaces = app.address;
    if (floor != NULL) {
        *floor = lowest;
    }
    if (known && owner != identity->owner) {
        return STORE_E_OWNER;
    }
    if (identity->version < lowest) {
        return STORE_E_OLDER;
    }
    if (found) {
        return same ? STORE_SAME : STORE_UPDATE;
    }
    if (store->count >= STORE_APPS_MAX) {
        return STORE_E_APPS;
    }
    if (identity->short_id != 0 && !known &&
        (store->unread ? store_identities_count(store) : store->identities) >=
            store->config->identities_max) {
        return STORE_E_IDENTITIES;
    }
    return STORE_NEW;
}
