// SPDX-License-Identifier: Apache-2.0
/* The list as others see it, and the checks of its bytes. */
#include "internal.h"

#include <base/bytes.h>
#include <tbf/format.h>

#include <string.h>

uint32_t store_app_count(const struct store *store)
{
    return store->count;
}

int store_app_at(const struct store *store, uint32_t index, struct store_app *app)
{
    const struct store_entry *entry;

    if (index >= store->count) {
        return STORE_E_NOT_FOUND;
    }
    entry = &store->entries[index];
    app->recorded = store_entry_record(store, entry, &app->record);
    if (!app->recorded) {
        memset(&app->record, 0, sizeof app->record);
    }
    app->state = (enum store_state)entry->state;
    app->refused = entry->refused;
    app->record.address = entry->address;
    app->record.space = entry->space;
    return 0;
}

int store_app_next(const struct store *store, enum store_state state, uint32_t behind,
                   struct store_app *app)
{
    for (uint32_t i = 0; i < store->count; i++) {
        if (store->entries[i].state == state && store->entries[i].address > behind) {
            return store_app_at(store, i, app);
        }
    }
    return STORE_E_NOT_FOUND;
}

int store_app_find(const struct store *store, uint32_t address, struct store_app *app)
{
    for (uint32_t i = 0; i < store->count; i++) {
        if (store->entries[i].address == address) {
            return store_app_at(store, i, app);
        }
    }
    return STORE_E_NOT_FOUND;
}

int store_check_next(const struct store *store, struct store_check *check)
{
    struct store_frame frame;

    for (uint32_t i = 0; i < store->count; i++) {
        const struct store_entry *entry = &store->entries[i];

        if (entry->state == STORE_UNCHECKED && store_entry_frame(store, entry, &frame)) {
            check->address = entry->address;
            check->length = bytes_get_u32(frame.body + APP_HASHED);
            check->patched = entry->patched != 0;
            memcpy(check->words, frame.body + APP_HEADER_FLAGS, sizeof check->words);
            check->size = bytes_get_u32(frame.body + APP_SIZE);
            check->digest = frame.body + APP_DIGEST;
            check->boot_digest = frame.body + APP_BOOT_DIGEST;
            return 0;
        }
    }
    return STORE_E_NOT_FOUND;
}

uint8_t store_seen_flags(const struct store *store, uint32_t address)
{
    const struct hil_flash *flash = store->config->flash;
    uint32_t word = bytes_get_u32(flash->map(flash, address, TBF_BASE_SIZE) + 8);

    return (uint8_t)(STORE_SEEN | (word & (STORE_FLAG_ENABLED | STORE_FLAG_STICKY)));
}

uint8_t store_seen_before(const struct store_frame *frame)
{
    uint32_t word = bytes_get_u32(frame->body + APP_HEADER_FLAGS);

    return frame->body[APP_SEEN] != 0
               ? frame->body[APP_SEEN]
               : (uint8_t)(STORE_SEEN | (word & (STORE_FLAG_ENABLED | STORE_FLAG_STICKY)));
}

/* The bytes are not those of the digest. */
static int differs(const struct store *store, struct store_entry *entry,
                   const struct store_frame *frame)
{
    const struct hil_flash *flash = store->config->flash;
    const uint8_t *header = flash->map(flash, entry->address, TBF_BASE_SIZE);

    if (entry->patched == 0 &&
        bytes_get_u32(header + 8) != bytes_get_u32(frame->body + APP_HEADER_FLAGS)) {
        entry->patched = 1;
        return STORE_CHECK_AGAIN;
    }
    /* After a foreign session the list is right: another app lies there now. */
    entry->state = store->foreign ? STORE_VERIFY : STORE_DAMAGED;
    return STORE_CHECK_DAMAGED;
}

int store_check_result(struct store *store, uint32_t address,
                       const uint8_t digest[STORE_DIGEST_SIZE], uint32_t *flags)
{
    struct store_entry *entry = store_entry_find(store, address);
    struct store_frame frame;
    uint8_t found;

    if (entry == NULL || entry->state != STORE_UNCHECKED ||
        !store_entry_frame(store, entry, &frame)) {
        return STORE_E_NOT_FOUND;
    }
    if (digest == NULL || !bytes_equal(digest, frame.body + APP_DIGEST, STORE_DIGEST_SIZE)) {
        return differs(store, entry, &frame);
    }
    entry->state = STORE_WHOLE;
    found = store_seen_flags(store, address);
    if (found == store_seen_before(&frame)) {
        return STORE_CHECK_WHOLE; /* what the journal says was said since */
    }
    if (flags != NULL) {
        *flags = found & (STORE_FLAG_ENABLED | STORE_FLAG_STICKY);
    }
    return STORE_CHECK_FLAGS;
}

int store_refuse(struct store *store, uint32_t address, int reason)
{
    struct store_entry *entry = store_entry_find(store, address);

    if (entry == NULL) {
        return STORE_E_NOT_FOUND;
    }
    entry->state = STORE_DAMAGED;
    entry->refused = (int16_t)reason;
    return 0;
}
