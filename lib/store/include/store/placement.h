// SPDX-License-Identifier: Apache-2.0
/* Where a new object can go. Changes nothing. */
#ifndef STORE_PLACEMENT_H
#define STORE_PLACEMENT_H

#include <store/store.h>

/** What the board's memory protection can express. */
struct store_rules {
    /**
     * @param address, size  whole pages
     * @return true when one process can be given exactly this range
     */
    bool (*fits)(const void *context, uint32_t address, uint32_t size);
    const void *context;
};

/** A place: where the object goes and the gap that it is cut from. */
struct store_place {
    uint32_t address;
    uint32_t space;     /* whole pages; at least the size, and room for a padding header or exact */
    uint32_t gap_start; /* page aligned */
    uint32_t gap_end;   /* up to here padding has to reach */
};

/** Free space, in bytes. */
struct store_space {
    uint32_t needed;  /* what the object would take, whole pages; 0 when not asked */
    uint32_t largest; /* largest gap */
    uint32_t free;    /* all gaps */
};

/**
 * What a half-finished transfer has reserved counts as free, here and below: the next transfer
 * needs it discarded first anyway (store_transfer_begin()), and until then it can still be resumed.
 *
 * Finds a place: the smallest gap that holds the object, as low in it as the rules allow.
 * @param size   total_size of the object, a multiple of 4, at least 16
 * @param fixed  the only address that will do (apps linked for one), or STORE_NONE
 * @param rules  NULL: any pages
 * @param place  receives the place; not NULL
 * @param space  receives numbers for an error message, also on success; may be NULL
 * @return 0, STORE_E_ARGUMENT, STORE_E_SPACE, STORE_E_REGION (space is there, but the rules refuse
 *         every place), STORE_E_APPS (objects that the list cannot hold: nothing may be placed)
 */
int store_place(const struct store *store, uint32_t size, uint32_t fixed,
                const struct store_rules *rules, struct store_place *place,
                struct store_space *space);

/** How much space there is. */
void store_free_space(const struct store *store, struct store_space *space);

/**
 * Makes a store of a list alone, without a journal and without reading any flash, so that a host
 * can ask the two functions above what a device with this list answers. No other function may be
 * called with it.
 * @param config   flash (geometry alone) and apps are used; stays valid while the store is used
 * @param objects  what is installed, in the order of addresses, apart from each other
 * @return 0, STORE_E_APPS (more than a list holds), STORE_E_ARGUMENT (outside the region, empty,
 *         or one over the other)
 */
int store_model(struct store *store, const struct store_config *config,
                const struct store_extent *objects, uint32_t count);

#endif
