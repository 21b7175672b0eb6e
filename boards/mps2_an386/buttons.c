// SPDX-License-Identifier: Apache-2.0
/*
 * The buttons of the front panel. Nothing interrupts when the host changes them: watched ones are
 * looked at in turn, the others cost nothing.
 */
#include "board.h"

#include <chips/mps2_panel.h>
#include <kernel/timer.h>

enum { POLL_MS = 20 };

static void poll(void *context);
static struct timer timer = {.fired = poll};

static void poll(void *context)
{
    (void)context;
    mps2_panel_poll();
    if (mps2_panel_wants_poll()) {
        timer_arm(&timer, timer_now(), timer_from_ms(POLL_MS));
    }
}

static void listen(const struct hil_button *button,
                   void (*changed)(void *context, uint8_t index, bool pressed), void *context)
{
    (void)button;
    mps2_buttons.listen(&mps2_buttons, changed, context);
}

static void watch(const struct hil_button *button, uint8_t index, bool on)
{
    (void)button;
    mps2_buttons.watch(&mps2_buttons, index, on);
    if (mps2_panel_wants_poll() && !timer.armed) {
        poll(NULL);
    }
}

static bool pressed(const struct hil_button *button, uint8_t index)
{
    (void)button;
    return mps2_buttons.pressed(&mps2_buttons, index);
}

const struct hil_button board_buttons = {
    .count = MPS2_BUTTONS,
    .listen = listen,
    .watch = watch,
    .pressed = pressed,
};
