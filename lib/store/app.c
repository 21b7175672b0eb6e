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
    memset(app, 0, sizeof *app);
    app->recorded = store_entry_record(store, entry, &app->record);
    app->state = (enum store_state)entry->state;
    app->refused = entry->refused;
    app->record.address = entry->address;
    app->record.space = entry->space;
    return 0;
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
    struct store_app_record app;

    for (uint32_t i = 0; i < store->count; i++) {
        const struct store_entry *entry = &store->entries[i];

        if (entry->state == STORE_UNCHECKED && store_entry_record(store, entry, &app)) {
            check->address = app.address;
            check->length = app.hashed;
            check->patched = entry->patched != 0;
            bytes_put_u32(check->words, app.header_flags);
            bytes_put_u32(check->words + 4, app.header_checksum);
            return 0;
        }
    }
    return STORE_E_NOT_FOUND;
}

/* The bytes are not those of the digest. */
static int differs(const struct store *store, struct store_entry *entry,
                   const struct store_app_record *app)
{
    const struct hil_flash *flash = store->config->flash;
    const uint8_t *header = flash->map(flash, app->address, TBF_BASE_SIZE);

    if (entry->patched == 0 && bytes_get_u32(header + 8) != app->header_flags) {
        entry->patched = 1;
        return STORE_CHECK_AGAIN;
    }
    if (store->foreign) {
        entry->record = 0; /* the list is right: another app lies there now */
        entry->state = STORE_VERIFY;
    } else {
        entry->state = STORE_DAMAGED;
    }
    return STORE_CHECK_DAMAGED;
}

int store_check_result(struct store *store, uint32_t address,
                       const uint8_t digest[STORE_DIGEST_SIZE], uint32_t *flags)
{
    struct store_entry *entry = store_entry_find(store, address);
    const struct hil_flash *flash = store->config->flash;
    struct store_app_record app;
    uint32_t found;

    if (entry == NULL || entry->state != STORE_UNCHECKED ||
        !store_entry_record(store, entry, &app)) {
        return STORE_E_NOT_FOUND;
    }
    if (digest == NULL || !bytes_equal(digest, app.digest, STORE_DIGEST_SIZE)) {
        return differs(store, entry, &app);
    }
    entry->state = STORE_WHOLE;
    if (entry->patched == 0) {
        return STORE_CHECK_WHOLE;
    }
    found = bytes_get_u32(flash->map(flash, app.address, TBF_BASE_SIZE) + 8);
    found &= STORE_FLAG_ENABLED | STORE_FLAG_STICKY;
    if (flags != NULL) {
        *flags = found;
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
