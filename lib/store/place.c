// SPDX-License-Identifier: Apache-2.0
/*
 * Placement: whole erase pages, the smallest gap that will do, as low in it as the rules allow.
 * What is left over on either side can always hold a padding header.
 */
#include "internal.h"

#include <base/checked.h>
#include <tbf/format.h>

struct search {
    const struct store *store;
    const struct store_rules *rules;
    uint32_t size;
    uint32_t fixed;
    uint32_t extra; /* pages more than needed, where the rules ask for rounding */
    bool found;
    bool roomy; /* some gap was large enough for the size alone */
    struct store_place place;
};

static bool page_of(const struct store *store, uint32_t address, uint32_t *start, uint32_t *size)
{
    return hil_flash_page(store->config->flash->geometry, address, start, size) == 0;
}

/* The part of a gap that objects may use: whole pages. */
static void usable(const struct store *store, const struct store_extent *gap,
                   struct store_extent *part)
{
    uint32_t low = gap->address;
    uint32_t high = gap->address + gap->size;
    uint32_t start;
    uint32_t size;

    part->address = low;
    part->size = 0;
    if (page_of(store, low, &start, &size) && start != low) {
        low = start + size;
    }
    /* An object that begins inside a page leaves a sliver before it: keep a page for its padding.
     */
    if (high > low && page_of(store, high - 1, &start, &size) && start + size != high) {
        high = start;
        if (high > low && page_of(store, high - 1, &start, &size)) {
            high = start;
        }
    }
    if (high > low) {
        part->address = low;
        part->size = high - low;
    }
}

/* Pages from an address on that hold size bytes and padding for what is left; 0: past the end. */
static uint32_t space_at(const struct store *store, uint32_t address, uint32_t end, uint32_t size,
                         uint32_t extra)
{
    uint32_t at = address;
    uint32_t start;
    uint32_t page;

    while (at < end && page_of(store, at, &start, &page)) {
        uint32_t space;

        at = start + page;
        space = at - address;
        if (at <= end && space >= size && (space == size || space - size >= TBF_BASE_SIZE)) {
            if (extra == 0) {
                return space;
            }
            extra--;
        }
    }
    return 0;
}

/* Looks for the lowest place in one gap. */
static void search_gap(struct search *search, const struct store_extent *gap)
{
    const struct store *store = search->store;
    struct store_extent part;
    uint32_t address;
    uint32_t end;
    uint32_t start;
    uint32_t page;

    usable(store, gap, &part);
    end = part.address + part.size;
    for (address = part.address; address < end && page_of(store, address, &start, &page);
         address = start + page) {
        uint32_t space = space_at(store, address, end, search->size, search->extra);

        if (space == 0) {
            return;
        }
        search->roomy = true;
        if ((search->fixed == STORE_NONE || search->fixed == address) &&
            (search->rules == NULL ||
             search->rules->fits(search->rules->context, address, space))) {
            uint32_t best = search->place.gap_end - search->place.gap_start;

            if (!search->found || part.size < best) {
                search->found = true;
                search->place = (struct store_place){.address = address,
                                                     .space = space,
                                                     .gap_start = part.address,
                                                     .gap_end = gap->address + gap->size};
            }
            return;
        }
    }
}

static void search_all(struct search *search)
{
    uint32_t cursor = search->store->config->apps.address;
    struct store_extent gap;

    while (store_next_space(search->store, &cursor, &gap)) {
        search_gap(search, &gap);
    }
}

void store_free_space(const struct store *store, struct store_space *space)
{
    uint32_t cursor = store->config->apps.address;
    struct store_extent gap;

    space->needed = 0;
    space->largest = 0;
    space->free = 0;
    while (store_next_space(store, &cursor, &gap)) {
        struct store_extent part;

        usable(store, &gap, &part);
        space->largest = ck_max(space->largest, part.size);
        space->free += part.size;
    }
}

int store_place(const struct store *store, uint32_t size, uint32_t fixed,
                const struct store_rules *rules, struct store_place *place,
                struct store_space *space)
{
    struct search search = {.store = store, .rules = rules, .size = size, .fixed = fixed};
    const struct store_extent *region = &store->config->apps;
    uint32_t pages;

    if (space != NULL) {
        store_free_space(store, space);
        space->needed =
            ck_max(size, space_at(store, region->address, region->address + region->size, size, 0));
    }
    if (!ck_is_aligned(size, 4) || size < TBF_BASE_SIZE) {
        return STORE_E_ARGUMENT;
    }
    if (store->crowded) {
        return STORE_E_APPS;
    }
    search_all(&search);
    if (!search.roomy) {
        return STORE_E_SPACE;
    }
    /* Where the protection unit cannot cover the size, a little more may do. */
    pages = size / store->config->flash->geometry->runs[0].page_size;
    while (rules != NULL && !search.found && search.extra <= pages / 4 + 1) {
        search.extra++;
        search_all(&search);
    }
    if (!search.found) {
        return fixed == STORE_NONE ? STORE_E_REGION : STORE_E_SPACE;
    }
    *place = search.place;
    return 0;
}
