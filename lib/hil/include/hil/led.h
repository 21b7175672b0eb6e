// SPDX-License-Identifier: Apache-2.0
/* A row of lamps. Kernel loop only. */
#ifndef HIL_LED_H
#define HIL_LED_H

#include <stdbool.h>
#include <stdint.h>

struct hil_led {
    /** Number of LEDs; indices run from 0. */
    uint8_t count;
    /** Lights (true) or darkens LED index, which is < count. */
    void (*set)(const struct hil_led *led, uint8_t index, bool lit);
    /** Tells whether LED index, which is < count, is lit. */
    bool (*get)(const struct hil_led *led, uint8_t index);
};

#endif
