// SPDX-License-Identifier: Apache-2.0
#include <chips/mps2_alarm.h>

#include <stddef.h>

#define COUNTER       (*(volatile uint32_t *)0x40028018u)
#define PRESCALE      (*(volatile uint32_t *)0x4002801Cu)
#define TIMER_CONTROL (*(volatile uint32_t *)0x40000000u)
#define TIMER_VALUE   (*(volatile uint32_t *)0x40000004u)
#define TIMER_RELOAD  (*(volatile uint32_t *)0x40000008u)
#define TIMER_CLEAR   (*(volatile uint32_t *)0x4000000Cu)
#define TIMER_ENABLE  1u
#define TIMER_IRQ     8u

enum { CLOCK_HZ = 25000000, ALARM_HZ = 1000000, TIMER_PER_COUNT = CLOCK_HZ / ALARM_HZ };

/* The timer reaches less far than the counter: longer waits come back early and are armed again. */
#define LONGEST 100000000u

static void (*client)(void *context);
static void *client_context;

static uint32_t now(const struct hil_alarm *alarm)
{
    (void)alarm;
    return COUNTER;
}

static void cancel(const struct hil_alarm *alarm)
{
    (void)alarm;
    TIMER_CONTROL = 0;
    TIMER_CLEAR = 1;
}

static void start(const struct hil_alarm *alarm, void (*fired)(void *context), void *context)
{
    client = fired;
    client_context = context;
    PRESCALE = TIMER_PER_COUNT - 1;
    cancel(alarm);
}

static void set(const struct hil_alarm *alarm, uint32_t reference, uint32_t delta)
{
    uint32_t passed = now(alarm) - reference;
    uint32_t left = passed >= delta ? 0 : delta - passed;
    uint32_t wait = left < LONGEST ? left : LONGEST;

    cancel(alarm);
    /* A reload of 0 would never count down. */
    TIMER_RELOAD = wait * TIMER_PER_COUNT + 1;
    TIMER_VALUE = wait * TIMER_PER_COUNT + 1;
    TIMER_CONTROL = TIMER_ENABLE | TIMER_IRQ;
}

void mps2_alarm_interrupt(void)
{
    cancel(&mps2_alarm);
    if (client != NULL) {
        client(client_context);
    }
}

const struct hil_alarm mps2_alarm = {
    .frequency = ALARM_HZ,
    .start = start,
    .now = now,
    .set = set,
    .cancel = cancel,
};
