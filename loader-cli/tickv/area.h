// SPDX-License-Identifier: Apache-2.0
/*
 * An area of key-value regions in TicKV's format (docs/storage.md), in flash that the host reaches
 * by itself.
 *
 * With spare pages every change happens wholly or not at all, as lib/kv has it. Without them it is
 * worked out in the host's memory first. Then what only adds to a region is programmed behind what
 * is there; what replaces bytes of one is refused unless the caller allows it, for a power cut in
 * between would lose the region.
 *
 * Functions answer 0 or an error of lib/kv, of the flash, or an enum tickv_error. One thread.
 */
#ifndef TICKV_AREA_H
#define TICKV_AREA_H

#include <kv/kv.h>
#include <kv/siphash.h>

#include "scratch.h"

/** Errors; the scheme is in base/error.h. */
enum tickv_error {
    TICKV_E_PLACE = -720,   /* the regions are not whole pages inside the flash */
    TICKV_E_FOREIGN = -721, /* something is there, but not a key-value store */
    TICKV_E_EXISTS = -722,  /* the key has a value */
    TICKV_E_UNSAFE = -723,  /* without spare pages the change needs to be allowed */
    TICKV_E_MEMORY = -724   /* no room on the host */
};

/** Where an area lies. */
struct tickv_place {
    uint32_t address;     /* of the first region */
    uint32_t region_size; /* bytes, whole pages */
    uint32_t regions;     /* 1 or more */
    uint32_t spares;      /* address of the spare pages, which are as large as a region */
    uint32_t spare_count; /* 0: there are none */
};

/** Its fields are private, but for `place` and `blank`. */
struct tickv_area {
    struct tickv_place place;
    const struct hil_flash *device;
    bool allowed; /* pages may be replaced without spare ones */
    bool blank;   /* the regions are erased: no kernel has used them yet */
    bool mounted;
    struct scratch scratch;        /* when there are no spare pages */
    const struct hil_flash *flash; /* the device's, or the scratch one */
    uint32_t start;                /* address of the first region in it */
    struct swap_config swap_config;
    struct kv_config kv_config;
    struct swap swap;
    struct kv kv;
};

/** An object, and where it lies. */
struct tickv_object {
    uint32_t region;
    uint32_t offset; /* of its first byte in the region */
    uint32_t length; /* of all of it, bytes */
    const uint8_t *hash;
    const uint8_t *value; /* in the area's flash; valid until it is changed */
    uint32_t value_length;
    bool valid; /* it was not deleted */
    bool sound; /* its checksum holds */
};

/** What Tock's kernel puts in front of a value. */
struct tickv_value {
    const uint8_t *data;
    uint32_t length;
    uint32_t write_id;
    bool plain; /* no such header: data is all there is */
};

/** How much of a region is what, bytes. */
struct tickv_room {
    uint32_t used;    /* valid objects */
    uint32_t dead;    /* deleted ones, and such as have a wrong checksum */
    uint32_t free;    /* erased, behind them */
    uint32_t garbage; /* neither: no reader gets past it */
};

/**
 * Opens an area: settles a replaced page that a power cut interrupted.
 * @param flash    the device's; stays valid
 * @param allowed  whether pages may be replaced when there are no spare ones
 */
int tickv_open(struct tickv_area *area, const struct hil_flash *flash,
               const struct tickv_place *place, bool allowed);
void tickv_close(struct tickv_area *area);

/**
 * The next object.
 * @param region, offset  where to look; 0, 0 at first; moved on
 * @return false: there are no more
 */
bool tickv_next(const struct tickv_area *area, uint32_t *region, uint32_t *offset,
                struct tickv_object *object);
/** Adds up a region. */
void tickv_room(const struct tickv_area *area, uint32_t region, struct tickv_room *room);
/** Whether an object is the one that TicKV knows an area by. */
bool tickv_is_main(const struct tickv_object *object);
/** Takes a value apart. */
void tickv_value_get(const uint8_t *value, uint32_t length, struct tickv_value *out);

/**
 * Looks for a key's value.
 * @param object  receives what was found
 * @return 0, KV_E_NOT_FOUND, TICKV_E_FOREIGN
 */
int tickv_find(struct tickv_area *area, const uint8_t hash[SIPHASH_SIZE],
               struct tickv_object *object);
/**
 * Stores a value under a key, with Tock's header.
 * @param replace  also when the key has one
 * @return 0, TICKV_E_EXISTS, TICKV_E_FOREIGN, TICKV_E_UNSAFE, KV_E_SIZE, KV_E_FULL
 */
int tickv_set(struct tickv_area *area, const uint8_t hash[SIPHASH_SIZE], const uint8_t *data,
              uint32_t length, uint32_t write_id, bool replace);
/**
 * Removes a key's value, every one that the area holds.
 * @param removed  receives how many; 0 comes with KV_E_NOT_FOUND
 */
int tickv_remove(struct tickv_area *area, const uint8_t hash[SIPHASH_SIZE], uint32_t *removed);
/** Gives back what is dead, where it is more than lib/kv takes an erasure for. */
int tickv_clean(struct tickv_area *area);
/** Erases all regions and makes an empty area of them. A cut reset has to be done again. */
int tickv_reset(struct tickv_area *area);

/** A sentence for people; NULL when the number is none of this header's or lib/kv's. */
const char *tickv_error_text(int error);

#endif
