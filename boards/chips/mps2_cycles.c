// SPDX-License-Identifier: Apache-2.0
#include <chips/mps2_cycles.h>

#define TIMER_CONTROL (*(volatile uint32_t *)0x40001000u)
#define TIMER_VALUE   (*(volatile uint32_t *)0x40001004u)
#define TIMER_RELOAD  (*(volatile uint32_t *)0x40001008u)
#define TIMER_ENABLE  1u

enum { CLOCK_HZ = 25000000 };

static void start(const struct hil_cycle_counter *counter)
{
    (void)counter;
    TIMER_RELOAD = UINT32_MAX;
    TIMER_VALUE = UINT32_MAX;
    TIMER_CONTROL = TIMER_ENABLE;
}

/* The timer counts down; from one reload to the next are 2^32 cycles, that at zero included. */
static uint32_t now(const struct hil_cycle_counter *counter)
{
    (void)counter;
    return UINT32_MAX - TIMER_VALUE;
}

const struct hil_cycle_counter mps2_cycles = {.frequency = CLOCK_HZ, .start = start, .now = now};
