// SPDX-License-Identifier: Apache-2.0
/* A clock that knows date and time. Kernel loop and system calls only. */
#ifndef HIL_CLOCK_H
#define HIL_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

/** Time is seconds since 1970-01-01 00:00:00, in whatever zone the clock was set; no leap seconds.
 */
struct hil_clock {
    /** Tells the time; false when the clock was never set, or has lost it. */
    bool (*get)(const struct hil_clock *clock, uint64_t *seconds);
    /** Sets the time. Answers 0, or HIL_E_UNSUPPORTED for a time that the clock cannot hold. */
    int (*set)(const struct hil_clock *clock, uint64_t seconds);
};

#endif
