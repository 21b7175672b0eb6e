// SPDX-License-Identifier: Apache-2.0
/*
 * A model of NOR flash whose power can go at any operation.
 *
 * A program operation that is cut leaves units before the cut programmed, one unit torn, the rest
 * untouched; an erasure that is cut leaves the page torn. A torn cell is weak: it may read either
 * way, and differently after each power-up, until it is erased or driven to the programmed state.
 * Every rule of the HIL is enforced; breaking one is remembered in `violation`.
 */
#ifndef SIM_NOR_H
#define SIM_NOR_H

#include <hil/flash.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How an operation is cut. */
enum nor_cut {
    NOR_CUT_BEFORE, /* nothing of it happened */
    NOR_CUT_FAINT,  /* it had just begun: all of its cells are weak, no unit is whole */
    NOR_CUT_TORN,   /* half of it is done, the unit in the middle is weak */
    NOR_CUT_ALMOST, /* all but the last unit (of an erasure: all) is done, that is weak */
    NOR_CUTS
};

/* What weak cells read as after the next power-up. */
enum nor_weak { NOR_WEAK_ERASED, NOR_WEAK_PROGRAMMED, NOR_WEAK_RANDOM, NOR_WEAKS };

struct nor {
    struct hil_flash hil; /* first: the HIL's functions find the model by it */
    const struct hil_flash_geometry *geometry;
    uint32_t size;
    uint8_t *firm;   /* what cells hold for certain */
    uint8_t *weak;   /* mask of cells that are weak */
    uint8_t *unit;   /* per write unit: 0 erased, 1 programmed, 2 torn */
    uint8_t *view;   /* what reads answer now */
    uint32_t count;  /* operations since nor_power_up() */
    uint32_t cut_at; /* power goes at this operation, counted from 0; UINT32_MAX: never */
    enum nor_cut cut;
    bool dead;
    bool busy;
    uint32_t random;
    const char *violation; /* the first broken rule; NULL: none */
    uint32_t erasures;
};

/* Makes a blank flash; free with nor_free(). */
void nor_init(struct nor *nor, const struct hil_flash_geometry *geometry);
void nor_free(struct nor *nor);
/* Copies the state of one flash into another of the same geometry. */
void nor_copy(struct nor *to, const struct nor *from);
/* Switches power on: weak cells settle on a reading until the next time. */
void nor_power_up(struct nor *nor, enum nor_weak weak, uint32_t seed);
/* Plans a cut at the nth operation from now. */
void nor_plan(struct nor *nor, uint32_t operation, enum nor_cut cut);
/* Changes a byte behind the HIL's back. */
void nor_poke(struct nor *nor, uint32_t address, uint8_t value);
const uint8_t *nor_at(const struct nor *nor, uint32_t address);

#endif
