// SPDX-License-Identifier: Apache-2.0
/* A counter of processor clock cycles of exactly 32 bits. Kernel loop and system calls only. */
#ifndef HIL_CYCLE_COUNTER_H
#define HIL_CYCLE_COUNTER_H

#include <stdint.h>

struct hil_cycle_counter {
    /** Cycles per second. */
    uint32_t frequency;
    /** Lets the counter run, from any value. Called once; before, now() means nothing. */
    void (*start)(const struct hil_cycle_counter *counter);
    /** The counter, which counts up and wraps at 2^32. */
    uint32_t (*now)(const struct hil_cycle_counter *counter);
};

#endif
