// SPDX-License-Identifier: Apache-2.0
/*
 * Watchdog of the RP2040 (RP2040 Datasheet, 4.7): restarts the chip, tells why it was started, and
 * keeps a few words over that. Any context.
 */
#ifndef CHIPS_RP2040_WATCHDOG_H
#define CHIPS_RP2040_WATCHDOG_H

#include <stdint.h>

/** Longest time that it can be set to, milliseconds (erratum RP2040-E1 halves it). */
#define RP2040_WATCHDOG_MS_MAX 8388u
/** Words that outlive every restart but a power cut or the RUN pin, which clear them. The other
 * four are the ROM's. */
#define RP2040_WATCHDOG_WORDS 4u

enum rp2040_start { RP2040_START_POWER, RP2040_START_TIMEOUT, RP2040_START_FORCED };

/** Why the chip was started: power or RUN pin, a timeout of the watchdog, or rp2040_restart(). */
enum rp2040_start rp2040_start_reason(void);
/** The chip restarts unless this, or rp2040_watchdog_stop(), is called again within ms
 * milliseconds, 1 to RP2040_WATCHDOG_MS_MAX. */
void rp2040_watchdog_start(uint32_t ms);
/** Stops it. */
void rp2040_watchdog_stop(void);
/** Restarts the chip: everything but crystal and ring oscillator. */
_Noreturn void rp2040_restart(void);
/** Word number `index` < RP2040_WATCHDOG_WORDS. */
uint32_t rp2040_watchdog_word(uint32_t index);
void rp2040_watchdog_word_set(uint32_t index, uint32_t value);

#endif
