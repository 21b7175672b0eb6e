// SPDX-License-Identifier: Apache-2.0
/* A row of buttons with an event at each edge. Kernel loop only, except where noted. */
#ifndef HIL_BUTTON_H
#define HIL_BUTTON_H

#include <stdbool.h>
#include <stdint.h>

struct hil_button {
    /** Number of buttons; indices run from 0. */
    uint8_t count;
    /** Sets who is told of edges: changed(context, index, pressed), in the kernel loop. */
    void (*listen)(const struct hil_button *button,
                   void (*changed)(void *context, uint8_t index, bool pressed), void *context);
    /** Watches the edges of button index (< count), or stops to; what nobody watches costs nothing.
     */
    void (*watch)(const struct hil_button *button, uint8_t index, bool on);
    /** Tells whether button index (< count) is pressed. */
    bool (*pressed)(const struct hil_button *button, uint8_t index);
};

#endif
