// SPDX-License-Identifier: Apache-2.0
#include <chips/cmsdk_watchdog.h>

enum { LOAD = 0x000, CONTROL = 0x008, LOCK = 0xC00 };

#define UNLOCK        0x1ACCE551u
#define INTERRUPT     1u
#define RESET_ENABLED 2u

static volatile uint32_t *reg(uint32_t base, uint32_t offset)
{
    return (volatile uint32_t *)(uintptr_t)(base + offset);
}

static void set(uint32_t base, uint32_t ticks, uint32_t control)
{
    *reg(base, LOCK) = UNLOCK;
    *reg(base, LOAD) = ticks;
    *reg(base, CONTROL) = control;
    *reg(base, LOCK) = 0;
}

void cmsdk_watchdog_start(uint32_t base, uint32_t ticks)
{
    set(base, ticks, INTERRUPT | RESET_ENABLED);
}

void cmsdk_watchdog_stop(uint32_t base)
{
    set(base, UINT32_MAX, 0);
}
