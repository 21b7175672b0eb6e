// SPDX-License-Identifier: Apache-2.0
#include "nor.h"

#include <base/checked.h>
#include <hil/error.h>

#include <stdlib.h>
#include <string.h>

static uint32_t next_random(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

static struct nor *model(const struct hil_flash *flash)
{
    return (struct nor *)(uintptr_t)flash;
}

static int violate(struct nor *nor, const char *rule, int error)
{
    if (nor->violation == NULL) {
        nor->violation = rule;
    }
    return error;
}

/* Recomputes what a range reads as. */
static void refresh(struct nor *nor, uint32_t at, uint32_t length, enum nor_weak weak)
{
    uint8_t erased = nor->geometry->erase_value;

    for (uint32_t i = at; i < at + length; i++) {
        uint8_t mask = nor->weak[i];
        uint8_t reads = nor->firm[i];

        if (mask != 0) {
            uint8_t value = erased;

            if (weak == NOR_WEAK_PROGRAMMED) {
                value = (uint8_t)~erased;
            } else if (weak == NOR_WEAK_RANDOM) {
                value = (uint8_t)next_random(&nor->random);
            }
            reads = (uint8_t)((reads & ~mask) | (value & mask));
        }
        nor->view[i] = reads;
    }
}

/* Counts an operation; true when power goes at it. */
static bool power_goes(struct nor *nor)
{
    bool goes = nor->count == nor->cut_at;

    nor->count++;
    nor->dead = nor->dead || goes;
    return goes;
}

static void erase_bytes(struct nor *nor, uint32_t at, uint32_t length)
{
    memset(nor->firm + at, nor->geometry->erase_value, length);
    memset(nor->weak + at, 0, length);
    memset(nor->unit + at / nor->geometry->write_unit, 0, length / nor->geometry->write_unit);
}

/* A page whose erasure was cut: programmed cells are weak, more or fewer of them. */
static void tear_erase(struct nor *nor, uint32_t at, uint32_t length)
{
    uint8_t erased = nor->geometry->erase_value;

    for (uint32_t i = at; i < at + length; i++) {
        uint8_t programmed = (uint8_t)(nor->firm[i] ^ erased);
        uint8_t some = (uint8_t)next_random(&nor->random);

        if (nor->cut == NOR_CUT_TORN) {
            nor->firm[i] = (uint8_t)(nor->firm[i] ^ (programmed & some)); /* these are erased */
            programmed &= (uint8_t)~some;
            some = (uint8_t)next_random(&nor->random);
            programmed &= some;
        }
        nor->weak[i] |= programmed;
    }
    memset(nor->unit + at / nor->geometry->write_unit, 2, length / nor->geometry->write_unit);
}

static int nor_erase(const struct hil_flash *flash, uint32_t address)
{
    struct nor *nor = model(flash);
    uint32_t start;
    uint32_t size;
    uint32_t at;

    if (nor->dead) {
        return HIL_E_IO;
    }
    if (nor->busy) {
        return violate(nor, "erase while busy", HIL_E_BUSY);
    }
    if (hil_flash_page(nor->geometry, address, &start, &size) != 0 || start != address) {
        return violate(nor, "erase of what is no page", HIL_E_ADDRESS);
    }
    at = start - nor->geometry->base;
    if (power_goes(nor)) {
        if (nor->cut == NOR_CUT_ALMOST) {
            uint8_t before = nor->firm[at];

            erase_bytes(nor, at, size);
            nor->weak[at] = (uint8_t)(before ^ nor->geometry->erase_value);
            memset(nor->unit + at / nor->geometry->write_unit, 2, size / nor->geometry->write_unit);
        } else if (nor->cut != NOR_CUT_BEFORE) {
            tear_erase(nor, at, size);
        }
        return HIL_E_IO;
    }
    erase_bytes(nor, at, size);
    refresh(nor, at, size, NOR_WEAK_ERASED);
    nor->erasures++;
    nor->busy = true;
    return 0;
}

/* Whether a unit may be programmed so: erased, or with all bits, which is certain whatever it held.
 */
static bool unit_allowed(const struct nor *nor, uint32_t at, const uint8_t *data)
{
    uint8_t full = (uint8_t)~nor->geometry->erase_value;

    if (nor->unit[at / nor->geometry->write_unit] == 0) {
        return true;
    }
    for (uint32_t i = 0; i < nor->geometry->write_unit; i++) {
        if (data[i] != full) {
            return false;
        }
    }
    return true;
}

static void program_unit(struct nor *nor, uint32_t at, const uint8_t *data, bool torn, bool faint)
{
    uint8_t erased = nor->geometry->erase_value;

    for (uint32_t i = 0; i < nor->geometry->write_unit; i++) {
        uint8_t bits = (uint8_t)(data[i] ^ erased); /* cells to be programmed */
        uint8_t certain = bits;

        if (torn) {
            certain = faint ? 0 : (uint8_t)(bits & next_random(&nor->random));
            nor->weak[at + i] |= (uint8_t)(bits & ~(certain | (nor->firm[at + i] ^ erased)));
        }
        nor->firm[at + i] = (uint8_t)((nor->firm[at + i] & ~certain) | (~erased & certain));
        nor->weak[at + i] &= (uint8_t)~certain;
    }
    nor->unit[at / nor->geometry->write_unit] = torn ? 2 : 1;
}

static int nor_program(const struct hil_flash *flash, uint32_t address, const void *data,
                       size_t length)
{
    struct nor *nor = model(flash);
    const uint8_t *bytes = data;
    uint32_t unit = nor->geometry->write_unit;
    uint32_t at = address - nor->geometry->base;
    uint32_t units = (uint32_t)length / unit;
    uint32_t whole = units;
    uint32_t start;
    uint32_t size;

    if (nor->dead) {
        return HIL_E_IO;
    }
    if (nor->busy) {
        return violate(nor, "program while busy", HIL_E_BUSY);
    }
    if (hil_flash_page(nor->geometry, address, &start, &size) != 0 || length == 0 ||
        length % unit != 0 || address % unit != 0 || address + length > start + size) {
        return violate(nor, "program outside a page or off its units", HIL_E_ADDRESS);
    }
    for (uint32_t i = 0; i < units; i++) {
        if (!unit_allowed(nor, at + i * unit, bytes + i * unit)) {
            return violate(nor, "unit programmed twice", HIL_E_NOT_ERASED);
        }
    }
    if (power_goes(nor)) {
        whole = nor->cut == NOR_CUT_TORN ? units / 2 : nor->cut == NOR_CUT_ALMOST ? units - 1 : 0;
        if (nor->cut != NOR_CUT_BEFORE) {
            program_unit(nor, at + whole * unit, bytes + whole * unit, true,
                         nor->cut == NOR_CUT_FAINT);
        }
    }
    for (uint32_t i = 0; i < whole; i++) {
        program_unit(nor, at + i * unit, bytes + i * unit, false, false);
    }
    if (nor->dead) {
        return HIL_E_IO;
    }
    refresh(nor, at, (uint32_t)length, NOR_WEAK_RANDOM);
    nor->busy = true;
    return 0;
}

static int nor_status(const struct hil_flash *flash)
{
    struct nor *nor = model(flash);

    if (nor->dead) {
        return HIL_E_IO;
    }
    if (nor->busy) {
        nor->busy = false;
        return HIL_E_BUSY;
    }
    return 0;
}

static const uint8_t *nor_map(const struct hil_flash *flash, uint32_t address, uint32_t length)
{
    struct nor *nor = model(flash);

    if (!ck_range_in(address, length, nor->geometry->base, nor->geometry->base + nor->size)) {
        nor->violation = "read outside the flash";
        return NULL;
    }
    return nor->view + (address - nor->geometry->base);
}

void nor_init(struct nor *nor, const struct hil_flash_geometry *geometry)
{
    memset(nor, 0, sizeof *nor);
    nor->hil = (struct hil_flash){geometry, nor_erase, nor_program, nor_status, nor_map};
    nor->geometry = geometry;
    nor->size = hil_flash_size(geometry);
    nor->firm = malloc(nor->size);
    nor->weak = calloc(nor->size, 1);
    nor->unit = calloc(nor->size / geometry->write_unit, 1);
    nor->view = malloc(nor->size);
    memset(nor->firm, geometry->erase_value, nor->size);
    memset(nor->view, geometry->erase_value, nor->size);
    nor->random = 1;
    nor->cut_at = UINT32_MAX;
}

void nor_free(struct nor *nor)
{
    free(nor->firm);
    free(nor->weak);
    free(nor->unit);
    free(nor->view);
}

void nor_copy(struct nor *to, const struct nor *from)
{
    memcpy(to->firm, from->firm, from->size);
    memcpy(to->weak, from->weak, from->size);
    memcpy(to->unit, from->unit, from->size / from->geometry->write_unit);
    memcpy(to->view, from->view, from->size);
    to->random = from->random;
    to->count = 0;
    to->cut_at = UINT32_MAX;
    to->dead = from->dead;
    to->busy = false;
    to->violation = from->violation;
}

void nor_power_up(struct nor *nor, enum nor_weak weak, uint32_t seed)
{
    nor->random = seed * 2654435761u + 1u;
    nor->dead = false;
    nor->busy = false;
    nor->count = 0;
    nor->cut_at = UINT32_MAX;
    refresh(nor, 0, nor->size, weak);
}

void nor_plan(struct nor *nor, uint32_t operation, enum nor_cut cut)
{
    nor->count = 0;
    nor->cut_at = operation;
    nor->cut = cut;
}

void nor_poke(struct nor *nor, uint32_t address, uint8_t value)
{
    nor->firm[address - nor->geometry->base] = value;
    nor->weak[address - nor->geometry->base] = 0;
    nor->view[address - nor->geometry->base] = value;
}

const uint8_t *nor_at(const struct nor *nor, uint32_t address)
{
    return nor->view + (address - nor->geometry->base);
}
