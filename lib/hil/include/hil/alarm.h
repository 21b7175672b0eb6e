// SPDX-License-Identifier: Apache-2.0
/* A free-running counter of exactly 32 bits with one compare interrupt. */
#ifndef HIL_ALARM_H
#define HIL_ALARM_H

#include <stdint.h>

struct hil_alarm {
    /** Counts per second. */
    uint32_t frequency;

    /** Starts the counter; fired(context) is called in interrupt context at each expiry. */
    void (*start)(const struct hil_alarm *alarm, void (*fired)(void *context), void *context);
    /** The counter, wrapping at 2^32. Any context. */
    uint32_t (*now)(const struct hil_alarm *alarm);
    /**
     * Arms the interrupt for reference + delta, replacing what was armed. When that moment has
     * passed already, (now - reference) mod 2^32 >= delta, the interrupt comes at once. Kernel
     * loop.
     */
    void (*set)(const struct hil_alarm *alarm, uint32_t reference, uint32_t delta);
    /** Disarms. Kernel loop. */
    void (*cancel)(const struct hil_alarm *alarm);
};

#endif
