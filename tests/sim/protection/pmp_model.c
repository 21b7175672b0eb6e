// SPDX-License-Identifier: Apache-2.0
/*
 * RISC-V Privileged Architecture, 3.7 (Physical Memory Protection): 16 entries in steps of 4 bytes.
 * The lowest-numbered entry that matches any byte of an access decides, and must match all of it.
 */
#include "unit.h"

#include <stddef.h>

#include "../../../kernel/arch/riscv/region.h"

enum { MODE_OFF, MODE_TOR, MODE_NA4, MODE_NAPOT };

const char *const unit_name = "PMP";
const uint32_t unit_entries = UNIT_ENTRIES;
const uint32_t unit_exact_step = 4;

/* The bytes that an entry matches: [first, end), 34-bit addresses; empty when it is off. */
struct range {
    uint64_t first;
    uint64_t end;
};

static struct range range_of(const struct unit *unit, uint32_t i)
{
    uint64_t address = unit->address[i];
    uint64_t size = 8;

    switch ((unit->control[i] >> 3) & 3u) {
    case MODE_TOR:
        return (struct range){i > 0 ? (uint64_t)unit->address[i - 1] << 2 : 0, address << 2};
    case MODE_NA4:
        return (struct range){address << 2, (address << 2) + 4};
    case MODE_NAPOT:
        while ((address & 1) != 0) {
            address >>= 1;
            size *= 2;
        }
        /* What is left above the ones, and the zero that ends them, is the base. */
        address = (address >> 1) * size;
        return (struct range){address, address + size};
    default:
        return (struct range){0, 0};
    }
}

const char *unit_undefined(const struct unit *unit)
{
    for (uint32_t i = 0; i < UNIT_ENTRIES; i++) {
        if ((unit->control[i] & 3u) == 2) {
            return "an entry has the reserved access write without read";
        }
        if ((unit->control[i] & ~0x9Fu) != 0) {
            return "a reserved bit of pmpcfg is set";
        }
    }
    return NULL;
}

/* What an access of `length` bytes may do: the entry that decides, or nothing. */
static unsigned rights_at(const struct unit *unit, uint64_t address, uint32_t length)
{
    for (uint32_t i = 0; i < UNIT_ENTRIES; i++) {
        struct range range = range_of(unit, i);

        if (range.first >= range.end || address + length <= range.first || address >= range.end) {
            continue; /* matches no byte; a range that ends before it begins has none */
        }
        if (address < range.first || address + length > range.end) {
            return 0;
        }
        return unit->control[i] & 7u;
    }
    return 0; /* no entry: nothing for U-mode */
}

unsigned unit_rights(const struct unit *unit, uint32_t address)
{
    return rights_at(unit, address, 1);
}

bool unit_grants(const struct unit *unit, uint32_t address, uint32_t length, unsigned right)
{
    return (rights_at(unit, address, length) & right) == right;
}

uint32_t unit_edges(const struct unit *unit, uint64_t edge[UNIT_EDGES_MAX])
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < UNIT_ENTRIES; i++) {
        struct range range = range_of(unit, i);

        if (range.first < range.end) {
            edge[count++] = range.first;
            edge[count++] = range.end;
        }
    }
    return count;
}

/* Entries above the process's are the kernel's; without the lock bit they do not bind the kernel.
 */
void unit_init(struct unit *unit, const struct kernel_board *board)
{
    (void)board;
    *unit = (struct unit){.enabled = true};
    unit->address[UNIT_ENTRIES - 1] = UINT32_MAX;
    unit->control[UNIT_ENTRIES - 1] = MODE_NAPOT << 3; /* everything: nothing is permitted */
}

void unit_load(struct unit *unit, const struct arch_region *regions)
{
    for (uint32_t i = 0; i < ARCH_REGIONS; i++) {
        struct riscv_pmp_pair pair = riscv_region_pair(&regions[i]);

        for (uint32_t k = 0; k < 2; k++) {
            unit->address[2 * i + k] = pair.address[k];
            unit->control[2 * i + k] = pair.config[k];
        }
    }
}
