// SPDX-License-Identifier: Apache-2.0
/*
 * Armv8-M Architecture Reference Manual, B11 (PMSAv8): 8 regions in steps of 32 bytes, from BASE to
 * LIMIT, which is inside. An address that several regions hit faults.
 */
#include "unit.h"

#include <stddef.h>

enum { REGIONS = 8 };

const char *const unit_name = "v8-M";
const uint32_t unit_entries = REGIONS;
const uint32_t unit_exact_step = 32;

static bool is_enabled(const struct unit *unit, uint32_t i)
{
    return (unit->control[i] & 1u) != 0;
}

static uint32_t first_of(const struct unit *unit, uint32_t i)
{
    return unit->address[i] & ~31u;
}

static uint32_t last_of(const struct unit *unit, uint32_t i)
{
    return unit->control[i] | 31u;
}

const char *unit_undefined(const struct unit *unit)
{
    for (uint32_t i = 0; i < REGIONS; i++) {
        if (is_enabled(unit, i) && ((unit->address[i] >> 3) & 3u) == 1) {
            return "a region has the reserved shareability 0b01";
        }
        if (is_enabled(unit, i) && (unit->control[i] & (1u << 4)) != 0) {
            return "a bit of RLAR is set that Armv8.0-M reserves";
        }
    }
    return NULL;
}

unsigned unit_rights(const struct unit *unit, uint32_t address)
{
    uint32_t hits = 0;
    unsigned rights = 0;

    if (address >= 0xE0000000u && address < 0xE0100000u) {
        return 0; /* the private peripheral bus is privileged, whatever the regions say */
    }
    if (!unit->enabled) {
        return UNIT_READ | UNIT_WRITE | UNIT_EXECUTE;
    }
    for (uint32_t i = 0; i < REGIONS; i++) {
        uint32_t access = (unit->address[i] >> 1) & 3u; /* bit 0: for all, bit 1: read-only */

        if (!is_enabled(unit, i) || address < first_of(unit, i) || address > last_of(unit, i)) {
            continue;
        }
        hits++;
        if ((access & 1u) != 0) {
            rights = UNIT_READ | ((access & 2u) == 0 ? UNIT_WRITE : 0) |
                     ((unit->address[i] & 1u) == 0 ? UNIT_EXECUTE : 0);
        }
    }
    return hits == 1 ? rights : 0;
}

/* Each byte is looked up by itself. */
bool unit_grants(const struct unit *unit, uint32_t address, uint32_t length, unsigned right)
{
    for (uint32_t i = 0; i < length; i++) {
        if ((unit_rights(unit, address + i) & right) != right) {
            return false;
        }
    }
    return true;
}

uint32_t unit_edges(const struct unit *unit, uint64_t edge[UNIT_EDGES_MAX])
{
    uint32_t count = 0;

    edge[count++] = 0xE0000000u;
    edge[count++] = 0xE0100000u;
    for (uint32_t i = 0; i < REGIONS; i++) {
        if (is_enabled(unit, i)) {
            edge[count++] = first_of(unit, i);
            edge[count++] = last_of(unit, i) + 1ull;
        }
    }
    return count;
}

/* Regions that overlap fault: the kernel lives by the default map (PRIVDEFENA), without regions. */
void unit_init(struct unit *unit, const struct kernel_board *board)
{
    (void)board;
    *unit = (struct unit){.enabled = true};
}

void unit_load(struct unit *unit, const struct arch_region *regions)
{
    for (uint32_t i = 0; i < ARCH_REGIONS; i++) {
        unit->address[i] = regions[i].base;
        unit->control[i] = regions[i].attributes;
    }
}
