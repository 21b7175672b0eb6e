// SPDX-License-Identifier: Apache-2.0
/* Healing: padding headers where objects were, so that the list can be walked by Tock's rules. */
#include "internal.h"

#include <base/checked.h>
#include <tbf/header.h>

static bool page_at(const struct store *store, uint32_t address, uint32_t *size)
{
    uint32_t start;

    return hil_flash_page(store->config->flash->geometry, address, &start, size) == 0 &&
           start == address;
}

bool store_can_pad(const struct store *store, const struct store_extent *extent)
{
    const struct store_extent *region = &store->config->apps;
    uint32_t page;

    return ck_range_in(extent->address, extent->size, region->address,
                       region->address + region->size) &&
           extent->size >= TBF_BASE_SIZE && page_at(store, extent->address, &page) &&
           (page <= extent->size ||
            store_is_free(store, extent->address + extent->size, page - extent->size));
}

/* The first record whose place has to become padding. */
static bool find_pending(const struct store *store, uint32_t *offset, struct store_extent *gone)
{
    struct store_frame frame;

    *offset = store_first_offset(store);
    for (; store_next_record(store, offset, &frame);
         *offset += store_frame_extent(&frame, store->unit)) {
        if (store_pending(store, *offset, &frame, gone)) {
            return true;
        }
    }
    return false;
}

/* Makes the next place that was given up padding. */
static int heal(struct store *store)
{
    struct store_extent gone;
    uint32_t page;

    if (store->damaged || !find_pending(store, &store->cursor, &gone)) {
        store->stage = store->after_heal;
        return STORE_BUSY;
    }
    store->stage = STAGE_HEAL_MARK;
    /* After a foreign session the list is as it is, and whatever lies there now is in it. */
    if (!store->foreign && store_is_free(store, gone.address, gone.size) &&
        store_can_pad(store, &gone) && page_at(store, gone.address, &page)) {
        store_erase(store, gone.address, page);
        store_program_padding(store, gone.address, gone.size);
    }
    return STORE_BUSY;
}

int store_heal_stage(struct store *store)
{
    struct store_frame frame;

    if (store->stage == STAGE_HEAL) {
        return heal(store);
    }
    store_record_at(store, store->cursor, &frame);
    store_program_mark(
        store, store_journal_address(store, store->cursor + store_frame_tail(&frame, store->unit)));
    store->stage = STAGE_HEAL;
    return STORE_BUSY;
}

/* Where the padding of a gap ends early; its end when it is whole. */
static uint32_t broken_at(const uint8_t *data, const struct store_extent *gap)
{
    struct tbf_object object;
    uint32_t at = 0;

    while (tbf_walk(data, gap->size, at, &object) == 0) {
        at = object.offset + object.header.total_size;
    }
    return at;
}

/*
 * Mends one gap whose padding does not reach the next object, when that needs no byte of any
 * object. The last gap may end anywhere: there the list ends.
 */
int store_gap_stage(struct store *store)
{
    const struct hil_flash *flash = store->config->flash;
    uint32_t region_end = store->config->apps.address + store->config->apps.size;
    struct store_extent gap;
    struct store_extent rest;
    const uint8_t *data;
    uint32_t page;

    if (store->damaged || store->foreign || store->crowded ||
        !store_next_gap(store, &store->cursor, &gap) || store->cursor == region_end) {
        store->stage = STAGE_FINISH;
        return STORE_BUSY;
    }
    data = flash->map(flash, gap.address, gap.size);
    rest.address = gap.address + broken_at(data, &gap);
    rest.size = gap.address + gap.size - rest.address;
    data += rest.address - gap.address;
    if (rest.size < TBF_BASE_SIZE) {
        return STORE_BUSY;
    }
    store_look_behind(store);
    if (store->damaged) {
        return STORE_BUSY;
    }
    if (page_at(store, rest.address, &page) && page <= rest.size) {
        store_erase(store, rest.address, page);
        store_program_padding(store, rest.address, rest.size);
    } else if (ck_is_aligned(rest.address, flash->geometry->write_unit) &&
               store_is_blank(store, data, ck_min(rest.size, 32))) {
        store_program_padding(store, rest.address, rest.size);
    }
    return STORE_BUSY;
}
