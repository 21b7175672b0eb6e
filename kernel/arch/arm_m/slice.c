// SPDX-License-Identifier: Apache-2.0
#include "slice.h"

struct slice slice_divide(uint32_t ticks, uint32_t held)
{
    uint32_t whole = ticks > SLICE_TICKS_MIN ? ticks : SLICE_TICKS_MIN;

    held = held != 0 && held < SLICE_TICKS_MIN ? SLICE_TICKS_MIN : held;
    if (held == 0 || held > whole || whole - held < SLICE_TICKS_MIN) {
        return (struct slice){whole, 0};
    }
    return (struct slice){held, whole - held};
}
