// SPDX-License-Identifier: Apache-2.0
/* A store made of a list alone: for a host that asks where the next object would go. */
#include "internal.h"

#include <base/checked.h>

#include <string.h>

/* Whether an extent lies in the app region and behind the one before it. */
static bool is_next(const struct store *store, const struct store_extent *extent)
{
    const struct store_extent *region = &store->config->apps;
    uint32_t behind = region->address;

    if (store->count > 0) {
        const struct store_entry *last = &store->entries[store->count - 1];

        behind = last->address + last->space;
    }
    return extent->size != 0 &&
           ck_range_in(extent->address, extent->size, behind, region->address + region->size);
}

int store_model(struct store *store, const struct store_config *config,
                const struct store_extent *objects, uint32_t count)
{
    memset(store, 0, sizeof *store);
    store->config = config;
    if (count > STORE_APPS_MAX) {
        return STORE_E_APPS;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (!is_next(store, &objects[i])) {
            return STORE_E_ARGUMENT;
        }
        store->entries[store->count++] =
            (struct store_entry){.address = objects[i].address, .space = objects[i].size};
    }
    return 0;
}
