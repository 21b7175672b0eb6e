// SPDX-License-Identifier: Apache-2.0
/*
 * A chip as a debug probe sees it: the memory, the flash controller and the identity registers of
 * an nRF52840, and the debug registers of its core, after their manuals. The core executes nothing.
 * What a program would do with rings in its RAM is played: while the core runs, a line of text each
 * 50 ms, and an echo of what it is given.
 *
 * The flash is a file. It is NOR: programming clears bits, and only when it was allowed to.
 */
#ifndef RIG_PROBE_CHIP_H
#define RIG_PROBE_CHIP_H

#include <stdbool.h>
#include <stdint.h>

enum { CHIP_FLASH_BYTES = 0x100000, CHIP_RAM_START = 0x20000000, CHIP_RAM_BYTES = 0x40000 };

/** Maps the file, which gets the flash's size. @return false: that cannot be done */
bool chip_open(const char *flash);
/** A word; false: there is nothing at that address. */
bool chip_read(uint32_t address, uint32_t *value);
/** Those bytes of a word for which the mask has ones. */
bool chip_write(uint32_t address, uint32_t value, uint32_t mask);
/** Lets the program do what it would have done meanwhile. Every 50 ms. */
void chip_tick(void);
/** Whether the core runs. */
bool chip_runs(void);
/** Erasures and programmings of words so far. */
unsigned long chip_changes(void);
/** Programmings that a real flash would not have done. */
unsigned long chip_refused(void);

#endif
