// SPDX-License-Identifier: Apache-2.0
/*
 * All 2^32 bytes are compared, by intervals: between two neighbouring edges neither the unit's
 * answer changes (model_test.c checks that of the models) nor what is meant, so one byte of each
 * stands for all.
 */
#include "map.h"

#include <stddef.h>

enum { RANGES_MAX = 16, EDGES_MAX = UNIT_EDGES_MAX + 2 * RANGES_MAX + 1 };

static const uint64_t end_of_memory = 1ull << 32;

/* Inserts an address; those are few and mostly in order. */
static uint32_t insert(uint64_t *edge, uint32_t count, uint64_t address)
{
    uint32_t at = count;

    while (at > 0 && edge[at - 1] > address) {
        at--;
    }
    if (address >= end_of_memory || (at > 0 && edge[at - 1] == address)) {
        return count;
    }
    for (uint32_t i = count; i > at; i--) {
        edge[i] = edge[i - 1];
    }
    edge[at] = address;
    return count + 1;
}

static unsigned meant_at(const struct map_range *range, uint32_t count, uint32_t address)
{
    for (uint32_t i = 0; i < count; i++) {
        if (address >= range[i].start && address < range[i].end) {
            return range[i].rights;
        }
    }
    return 0;
}

/* Accesses of four bytes just inside a range are granted, those across its ends are not. */
static bool words_are_exact(const struct unit *unit, const struct map_range *range, uint32_t count,
                            struct map_difference *difference)
{
    for (uint32_t i = 0; i < count; i++) {
        uint32_t start = (uint32_t)range[i].start;
        uint32_t last = (uint32_t)(range[i].end - 4);

        *difference = (struct map_difference){.address = start, .meant = range[i].rights};
        difference->access = "the first word is refused";
        if (!unit_grants(unit, start, 4, range[i].rights) ||
            !unit_grants(unit, last, 4, range[i].rights)) {
            return false;
        }
        difference->access = "a word across an end is granted";
        if ((meant_at(range, count, start - 1) == 0 &&
             unit_grants(unit, start - 1, 4, UNIT_READ)) ||
            (meant_at(range, count, last + 4) == 0 && unit_grants(unit, last + 1, 4, UNIT_READ))) {
            return false;
        }
    }
    return true;
}

bool map_is_exact(const struct unit *unit, const struct map_range *range, uint32_t count,
                  struct map_difference *difference)
{
    uint64_t found[UNIT_EDGES_MAX];
    uint64_t edge[EDGES_MAX];
    uint32_t found_count = unit_edges(unit, found);
    uint32_t edges = insert(edge, 0, 0);

    *difference = (struct map_difference){.undefined = unit_undefined(unit)};
    if (difference->undefined != NULL) {
        return false;
    }
    for (uint32_t i = 0; i < found_count; i++) {
        edges = insert(edge, edges, found[i]);
    }
    for (uint32_t i = 0; i < count; i++) {
        edges = insert(edge, edges, range[i].start);
        edges = insert(edge, edges, range[i].end);
    }
    for (uint32_t i = 0; i < edges; i++) {
        uint32_t address = (uint32_t)edge[i];

        difference->address = address;
        difference->meant = meant_at(range, count, address);
        difference->found = unit_rights(unit, address);
        if (difference->meant != difference->found) {
            return false;
        }
    }
    return words_are_exact(unit, range, count, difference);
}
