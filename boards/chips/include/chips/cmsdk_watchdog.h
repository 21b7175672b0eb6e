// SPDX-License-Identifier: Apache-2.0
/*
 * Watchdog of Arm's Cortex-M System Design Kit (CMSDK technical reference manual, 4.5): counts down
 * once and raises the non-maskable interrupt, counts down again and resets the system.
 */
#ifndef CHIPS_CMSDK_WATCHDOG_H
#define CHIPS_CMSDK_WATCHDOG_H

#include <stdint.h>

/**
 * Starts it, or starts it anew. Any context.
 * @param base   address of the registers
 * @param ticks  of its clock until the interrupt, and again until the reset; at least 1
 */
void cmsdk_watchdog_start(uint32_t base, uint32_t ticks);
/** Stops it. Any context. */
void cmsdk_watchdog_stop(uint32_t base);

#endif
