// SPDX-License-Identifier: Apache-2.0
/*
 * A device's store over the flash model, steps that a user would take, and what must be true
 * afterwards.
 */
#ifndef SIM_WORLD_H
#define SIM_WORLD_H

#include "nor.h"

#include <store/app.h>
#include <store/transfer.h>

#define WORLD_OBJECT_MAX 32768u
#define WORLD_IDS        8u

enum step_kind {
    STEP_INSTALL, /* also an update */
    STEP_REMOVE,
    STEP_FLAGS,
    STEP_DISCARD, /* half a transfer, given up */
    STEP_UPLOAD,  /* an install of which only the size is known beforehand */
    STEP_GIVE_UP, /* half of such a one, given up */
    STEP_MOVE,    /* the object that is installed once more, to another place */
    STEP_PUT      /* an attribute */
};

struct step {
    enum step_kind kind;
    uint32_t id; /* 1 to WORLD_IDS - 1: the app */
    uint32_t version;
    uint32_t size;
    uint32_t value; /* seed of the bytes, flags, or the attribute's value */
};

/* What must be true of one app. */
struct truth_app {
    bool installed;
    uint32_t version;
    uint32_t size;
    uint32_t seed;
    uint32_t flags;
    uint32_t floor;
    bool known; /* its identity is remembered */
};

struct truth {
    struct truth_app apps[WORLD_IDS];
    uint32_t attribute;
};

/* A kind of flash, and where things are on it. */
struct layout {
    const char *name;
    const struct hil_flash_geometry *geometry;
    struct store_extent journal[2];
    struct store_extent apps;
    unsigned repair_every; /* of how many cuts one has its repair cut too, unless the run is wide */
};

struct world {
    struct nor nor;
    struct store_config config;
    struct store store;
    uint8_t object[WORLD_OBJECT_MAX];
};

extern const struct layout world_layouts[];
extern const unsigned world_layout_count;

void world_init(struct world *world, const struct layout *layout);
void world_free(struct world *world);
/* Mounts the store; its result. */
int world_mount(struct world *world);
/* Takes a step, or goes on with one that a power cut interrupted. 0, or the store's error. */
int world_take(struct world *world, const struct step *step);
/* A STEP_MOVE to one place. */
int world_move(struct world *world, const struct step *step, uint32_t to);
/* What a step makes of the truth. */
void truth_take(struct truth *truth, const struct step *step);
/* Compares the mounted store with the truth. NULL when all is well, else what is not. */
const char *world_check(const struct world *world, const struct truth *truth);
/* Makes the bytes of an app's object; its digest covers all of them. */
void world_object(uint8_t *object, uint32_t id, uint32_t version, uint32_t size, uint32_t seed);
void world_digest(const uint8_t *object, uint32_t size, uint8_t digest[STORE_DIGEST_SIZE]);

#endif
