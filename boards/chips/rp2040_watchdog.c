// SPDX-License-Identifier: Apache-2.0
#include <chips/rp2040_watchdog.h>

#include "rp2040.h"

#define CTRL         (RP2040_WATCHDOG + 0x00u)
#define LOAD         (RP2040_WATCHDOG + 0x04u)
#define REASON       (RP2040_WATCHDOG + 0x08u)
#define SCRATCH(n)   (RP2040_WATCHDOG + 0x0Cu + 4u * (n))
#define CTRL_TRIGGER (1u << 31)
#define CTRL_ENABLE  (1u << 30)
#define REASON_TIMER 1u
#define REASON_FORCE 2u
#define PSM_WDSEL    (RP2040_PSM + 0x08u)
#define WDSEL_ALL    0x1FFFCu /* but the two oscillators */

/* Erratum RP2040-E1: the counter goes down twice in a microsecond. */
enum { COUNTS_PER_MS = 2000 };

enum rp2040_start rp2040_start_reason(void)
{
    uint32_t reason = RP2040_REG(REASON);

    if ((reason & REASON_TIMER) != 0) {
        return RP2040_START_TIMEOUT;
    }
    return (reason & REASON_FORCE) != 0 ? RP2040_START_FORCED : RP2040_START_POWER;
}

void rp2040_watchdog_start(uint32_t ms)
{
    RP2040_REG(PSM_WDSEL) = WDSEL_ALL;
    RP2040_REG(LOAD) = ms * COUNTS_PER_MS;
    RP2040_SET(CTRL) = CTRL_ENABLE;
}

void rp2040_watchdog_stop(void)
{
    RP2040_CLEAR(CTRL) = CTRL_ENABLE;
}

_Noreturn void rp2040_restart(void)
{
    RP2040_REG(PSM_WDSEL) = WDSEL_ALL;
    RP2040_SET(CTRL) = CTRL_TRIGGER;
    for (;;) {
    }
}

uint32_t rp2040_watchdog_word(uint32_t index)
{
    return RP2040_REG(SCRATCH(index));
}

void rp2040_watchdog_word_set(uint32_t index, uint32_t value)
{
    RP2040_REG(SCRATCH(index)) = value;
}
