// SPDX-License-Identifier: Apache-2.0
/*
 * The protection unit of v7-M and v6-M: regions of a power of two, aligned to their size, each with
 * eight subregions; of several regions over one address the highest-numbered one decides.
 */
#include "pmsa_model.h"

#include <stddef.h>

#include "unit.h"

/* Region numbers: the kernel's, then the process's (kernel/arch/arm_m/arch.c). */
enum { REGIONS = 8, PROCESS_FIRST = 3 };

const uint32_t unit_entries = REGIONS;
const uint32_t unit_exact_step = 0;

static uint32_t field(uint32_t value, uint32_t high, uint32_t low)
{
    return (value >> low) & ((1u << (high - low + 1)) - 1);
}

static bool is_enabled(const struct unit *unit, uint32_t i)
{
    return field(unit->control[i], 0, 0) == 1;
}

static uint64_t size_of(const struct unit *unit, uint32_t i)
{
    return 1ull << (field(unit->control[i], 5, 1) + 1);
}

static uint32_t base_of(const struct unit *unit, uint32_t i)
{
    return unit->address[i] & ~31u;
}

const char *unit_undefined(const struct unit *unit)
{
    for (uint32_t i = 0; i < REGIONS; i++) {
        uint32_t control = unit->control[i];

        if (!is_enabled(unit, i)) {
            continue;
        }
        if (field(control, 5, 1) < pmsa_size_field_min) {
            return "a region is smaller than the smallest";
        }
        if ((base_of(unit, i) & (size_of(unit, i) - 1)) != 0) {
            return "a region is not aligned to its size";
        }
        if (size_of(unit, i) < 256 && field(control, 15, 8) != 0) {
            return "a region without subregions has some switched off";
        }
        if (field(control, 26, 24) == 4) {
            return "a region has the reserved access 0b100";
        }
        if ((control & 0xE8C00000u) != 0 || field(control, 7, 6) != 0) {
            return "a reserved bit of RASR is set";
        }
    }
    return NULL;
}

/* B3.5.2: what AP and XN give to unprivileged code. */
static unsigned rights_of(uint32_t control)
{
    unsigned execute = field(control, 28, 28) == 0 ? UNIT_EXECUTE : 0;

    switch (field(control, 26, 24)) {
    case 3:
        return UNIT_READ | UNIT_WRITE | execute;
    case 2:
    case 6:
    case 7:
        return UNIT_READ | execute;
    default:
        return 0;
    }
}

unsigned unit_rights(const struct unit *unit, uint32_t address)
{
    if (address >= 0xE0000000u && address < 0xE0100000u) {
        return 0; /* the private peripheral bus is privileged, whatever the regions say */
    }
    if (!unit->enabled) {
        return UNIT_READ | UNIT_WRITE | UNIT_EXECUTE;
    }
    for (uint32_t i = REGIONS; i-- > 0;) {
        uint64_t size = size_of(unit, i);
        uint64_t offset = (uint64_t)address - base_of(unit, i);

        /* An address below the base wraps to a large offset. */
        if (is_enabled(unit, i) && offset < size) {
            uint32_t subregion = (uint32_t)(offset / (size / 8));

            if (size < 256 || field(unit->control[i], 8 + subregion, 8 + subregion) == 0) {
                return rights_of(unit->control[i]);
            }
        }
    }
    return 0; /* the default map is for privileged code only (PRIVDEFENA) */
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
        uint64_t size = size_of(unit, i);
        uint32_t disabled = field(unit->control[i], 15, 8);

        if (!is_enabled(unit, i)) {
            continue;
        }
        edge[count++] = base_of(unit, i);
        edge[count++] = base_of(unit, i) + size;
        for (uint32_t k = 1; k < 8; k++) {
            if (field(disabled, k, k) != field(disabled, k - 1, k - 1)) {
                edge[count++] = base_of(unit, i) + size / 8 * k;
            }
        }
    }
    return count;
}

/* A range of the kernel's: privileged code only, as arch_init() makes it. */
static void kernel_region(struct unit *unit, uint32_t number, const struct kernel_range *range,
                          uint32_t access)
{
    uint32_t size_field = 0;

    while ((2ull << size_field) < range->size) {
        size_field++;
    }
    unit->address[number] = range->start;
    unit->control[number] = access << 24 | size_field << 1 | 1;
}

void unit_init(struct unit *unit, const struct kernel_board *board)
{
    *unit = (struct unit){.enabled = true};
    kernel_region(unit, 0, &board->flash, 5);
    kernel_region(unit, 1, &board->ram, 1);
    kernel_region(unit, 2, &board->peripherals, 1);
}

void unit_load(struct unit *unit, const struct arch_region *regions)
{
    for (uint32_t i = 0; i < ARCH_REGIONS; i++) {
        unit->address[PROCESS_FIRST + i] = regions[i].base;
        unit->control[PROCESS_FIRST + i] = regions[i].attributes;
    }
}
