// SPDX-License-Identifier: Apache-2.0
/* Beginning and ending to use a store, and records that it keeps for others. */
#include "internal.h"

#include <base/checked.h>

#include <string.h>

/* Smallest journal half: room for a few apps' records. */
#define HALF_MIN 1024u

/* Whether an extent is made of whole pages of the array. */
static bool whole_pages(const struct hil_flash *flash, const struct store_extent *extent)
{
    uint32_t end;
    uint32_t start;
    uint32_t size;

    return extent->size != 0 && ck_add(extent->address, extent->size, &end) &&
           hil_flash_page(flash->geometry, extent->address, &start, &size) == 0 &&
           start == extent->address &&
           hil_flash_page(flash->geometry, end - 1, &start, &size) == 0 && end - start == size;
}

static bool config_good(const struct store_config *config)
{
    const struct hil_flash_geometry *geometry = config->flash->geometry;

    return ck_is_power_of_two(geometry->write_unit) && geometry->write_unit <= 32 &&
           (geometry->erase_value == 0xFF || geometry->erase_value == 0) &&
           config->journal[0].size == config->journal[1].size &&
           config->journal[0].size >= HALF_MIN && whole_pages(config->flash, &config->journal[0]) &&
           whole_pages(config->flash, &config->journal[1]) &&
           whole_pages(config->flash, &config->apps);
}

static int begin(struct store *store, const struct store_config *config, unsigned stage)
{
    memset(store, 0, sizeof *store);
    if (!config_good(config)) {
        return STORE_E_CONFIG;
    }
    for (unsigned i = 0; i < 2; i++) {
        store->half[i] =
            config->flash->map(config->flash, config->journal[i].address, config->journal[i].size);
    }
    store->config = config;
    store->unit = ck_max(config->flash->geometry->write_unit, 4);
    store->stage = (uint8_t)stage;
    return 0;
}

int store_mount_journal_begin(struct store *store, const struct store_config *config)
{
    return begin(store, config, STAGE_MOUNT_SELECT);
}

int store_mount_begin(struct store *store, const struct store_config *config)
{
    int result = begin(store, config, STAGE_MOUNT_SELECT);

    store->objects = &store_objects;
    return result;
}

int store_format_begin(struct store *store, const struct store_config *config)
{
    int result = begin(store, config, STAGE_FORMAT);

    store->objects = &store_objects;
    return result;
}

int store_salvage_begin(struct store *store)
{
    if (store->stage != STAGE_IDLE) {
        return STORE_E_BUSY;
    }
    if (!store->mounted || !store->damaged) {
        return STORE_E_ARGUMENT;
    }
    store->settled = true;
    store->committed = false;
    store_compact_begin(store, STAGE_MOUNT_REPLAY);
    return 0;
}

bool store_is_damaged(const struct store *store)
{
    return store->damaged;
}

bool store_is_foreign(const struct store *store)
{
    return store->foreign;
}

bool store_is_locked(const struct store *store)
{
    struct store_frame frame;

    return !store->mounted || store->damaged ||
           store_find(store, STORE_RECORD_LOCK, 0, &frame) == 0;
}

/*
 * A bootloader, whose compaction keeps more, must find room for what follows a kernel's record: the
 * end of the transfer, that the trial began, that it ended. Whatever else it writes itself leaves
 * that room, and the room for the record by which a kernel confirms itself.
 */
static uint32_t reserve_of(const struct store *store, uint16_t type)
{
    if (store->objects == NULL) {
        return type == STORE_RECORD_KERNEL ? 0 : 4 * STORE_RECORD_KERNEL_ROOM;
    }
    return type == STORE_RECORD_KERNEL ? 3 * STORE_RECORD_KERNEL_ROOM : store_reserve(store);
}

int store_put_begin(struct store *store, uint16_t type, uint32_t key, const void *body,
                    uint32_t length)
{
    int result = store_may_change(store);

    if (result < 0) {
        return result;
    }
    if (type < STORE_RECORD_KERNEL || length < STORE_BODY_MIN || length > STORE_BODY_MAX) {
        return STORE_E_ARGUMENT;
    }
    memcpy(store_record_start(store, type, 0, key, ck_max(length, STORE_BODY_WRITTEN), 0), body,
           length);
    return store_append_begin(store, reserve_of(store, type));
}

int store_end_begin(struct store *store, uint16_t type, uint32_t key)
{
    int result = store_may_change(store);

    if (result < 0) {
        return result;
    }
    if (type < STORE_RECORD_KERNEL || type == STORE_RECORD_LOCK) {
        return STORE_E_ARGUMENT;
    }
    (void)store_record_start(store, type, STORE_FRAME_ENDS, key, STORE_BODY_WRITTEN, 0);
    return store_append_begin(store, 0);
}

int store_foreign_begin(struct store *store)
{
    static const uint8_t body[STORE_BODY_MIN] = {1, 0, 0, 0};

    return store_put_begin(store, STORE_RECORD_FOREIGN, 0, body, sizeof body);
}

int store_foreign_end_begin(struct store *store)
{
    return store_end_begin(store, STORE_RECORD_FOREIGN, 0);
}
