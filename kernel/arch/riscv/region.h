// SPDX-License-Identifier: Apache-2.0
/* How a region of a process becomes entries of the RISC-V protection unit. */
#ifndef RISCV_REGION_H
#define RISCV_REGION_H

#include <stdint.h>

#include <kernel/arch.h>

/** Two entries that follow each other: pmpaddr and pmpcfg of each, the lower-numbered first. */
struct riscv_pmp_pair {
    uint32_t address[2];
    uint8_t config[2];
};

/**
 * The entries of a region; both are off when the region is. Whoever loads them switches the old
 * ones off first, and writes pmpcfg after pmpaddr. Pure; any context.
 */
struct riscv_pmp_pair riscv_region_pair(const struct arch_region *region);

#endif
