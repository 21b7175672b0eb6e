// SPDX-License-Identifier: Apache-2.0
/*
 * Clocks of the RP2040 with a 12 MHz crystal (RP2040 Datasheet, 2.15 to 2.18): system and
 * peripherals 125 MHz, USB and converter 48 MHz, timer and watchdog count microseconds.
 */
#ifndef CHIPS_RP2040_CLOCKS_H
#define CHIPS_RP2040_CLOCKS_H

#define RP2040_SYSTEM_HZ 125000000u

/** Starts the clocks, whatever they were before, and takes the blocks that the drivers use out of
 * reset. Before any of them. */
void rp2040_clocks_init(void);

#endif
