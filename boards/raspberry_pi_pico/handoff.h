// SPDX-License-Identifier: Apache-2.0
/*
 * How the kernel asks the bootloader for something: words of the watchdog that a restart leaves
 * alone. At power-up they are zero, so nothing is asked.
 */
#ifndef RASPBERRY_PI_PICO_HANDOFF_H
#define RASPBERRY_PI_PICO_HANDOFF_H

#include <stdbool.h>
#include <stdint.h>

#include <chips/rp2040_watchdog.h>

#define HANDOFF_RECOVER 0x52435652u /* stay in the bootloader once */

/* The request and its complement. */
static inline void handoff_request(uint32_t request)
{
    rp2040_watchdog_word_set(0, request);
    rp2040_watchdog_word_set(1, ~request);
}

/* Whether `request` was made; takes it back. */
static inline bool handoff_take(uint32_t request)
{
    bool asked = rp2040_watchdog_word(0) == request && rp2040_watchdog_word(1) == ~request;

    rp2040_watchdog_word_set(0, 0);
    rp2040_watchdog_word_set(1, 0);
    return asked;
}

#endif
