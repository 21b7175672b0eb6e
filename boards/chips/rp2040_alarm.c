// SPDX-License-Identifier: Apache-2.0
#include <chips/rp2040_alarm.h>

#include <stddef.h>

#include "rp2040.h"

#define ALARM0 (RP2040_TIMER + 0x10u)
#define ARMED  (RP2040_TIMER + 0x20u)
#define RAWL   (RP2040_TIMER + 0x28u)
#define INTR   (RP2040_TIMER + 0x34u)
#define INTE   (RP2040_TIMER + 0x38u)
#define INTF   (RP2040_TIMER + 0x3Cu)
#define BIT0   1u

enum { ALARM_HZ = 1000000 };

static void (*client)(void *context);
static void *client_context;

static uint32_t now(const struct hil_alarm *alarm)
{
    (void)alarm;
    return RP2040_REG(RAWL);
}

static void cancel(const struct hil_alarm *alarm)
{
    (void)alarm;
    RP2040_REG(ARMED) = BIT0; /* writing one disarms */
    RP2040_CLEAR(INTF) = BIT0;
    RP2040_REG(INTR) = BIT0;
}

static void start(const struct hil_alarm *alarm, void (*fired)(void *context), void *context)
{
    client = fired;
    client_context = context;
    cancel(alarm);
    RP2040_SET(INTE) = BIT0;
}

/*
 * The timer compares for equality: a moment that passes while it is being set would be met only 71
 * minutes later. So the time is looked at again once the alarm is armed.
 */
static void set(const struct hil_alarm *alarm, uint32_t reference, uint32_t delta)
{
    cancel(alarm);
    RP2040_REG(ALARM0) = reference + delta;
    if (now(alarm) - reference >= delta) {
        RP2040_REG(ARMED) = BIT0;
        RP2040_SET(INTF) = BIT0;
    }
}

void rp2040_alarm_interrupt(void)
{
    cancel(&rp2040_alarm);
    if (client != NULL) {
        client(client_context);
    }
}

const struct hil_alarm rp2040_alarm = {
    .frequency = ALARM_HZ,
    .start = start,
    .now = now,
    .set = set,
    .cancel = cancel,
};
