// SPDX-License-Identifier: Apache-2.0
/*
 * A protection unit as its architecture manual describes it: registers in, what unprivileged code
 * may do out. One of v7m_model.c, v6m_model.c, v8m_model.c and pmp_model.c is linked. The models
 * know nothing of the planners in kernel/arch; unit_init() and unit_load() stand for the code that
 * stores a planner's regions in the registers.
 */
#ifndef UNIT_H
#define UNIT_H

#include <stdbool.h>
#include <stdint.h>

#include <kernel/arch.h>
#include <kernel/kernel.h>

/** What unprivileged code may do. */
enum { UNIT_READ = 1, UNIT_WRITE = 2, UNIT_EXECUTE = 4 };

#define UNIT_ENTRIES 16u
/** Most addresses that unit_edges() answers. */
#define UNIT_EDGES_MAX 160u

/** The registers, by entry. v7-M, v6-M: RBAR, RASR. v8-M: RBAR, RLAR. PMP: pmpaddr, pmpcfg byte. */
struct unit {
    uint32_t address[UNIT_ENTRIES];
    uint32_t control[UNIT_ENTRIES];
    bool enabled; /* MPU_CTRL.ENABLE; PMP: ignored */
};

/** Its name, and the number of entries that it has. */
extern const char *const unit_name;
extern const uint32_t unit_entries;
/** Ranges that start and end at multiples of this, and only those, can always be covered; 0: none.
 */
extern const uint32_t unit_exact_step;

/** After reset, then with what the kernel keeps for itself. */
void unit_init(struct unit *unit, const struct kernel_board *board);
/** Stores the ARCH_REGIONS regions of a process. */
void unit_load(struct unit *unit, const struct arch_region *regions);

/**
 * Why the registers are outside what the architecture defines (reserved or unpredictable), so that
 * nothing that the model answers counts; NULL when they are not.
 */
const char *unit_undefined(const struct unit *unit);
/** UNIT_* for an access to one byte. */
unsigned unit_rights(const struct unit *unit, uint32_t address);
/** Whether one access of `length` bytes, at most 8 and not past 2^32, is granted `right`. */
bool unit_grants(const struct unit *unit, uint32_t address, uint32_t length, unsigned right);
/**
 * Addresses between which unit_rights() does not change, in any order and perhaps repeated; 0 and
 * 2^32 need not be among them. Answers their number.
 */
uint32_t unit_edges(const struct unit *unit, uint64_t edge[UNIT_EDGES_MAX]);

#endif
