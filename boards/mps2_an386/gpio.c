// SPDX-License-Identifier: Apache-2.0
/*
 * The pins of the front panel. Nothing interrupts when the host changes them: while any is watched
 * they are looked at in turn, else they cost nothing.
 */
#include "board.h"

#include <chips/mps2_pins.h>
#include <kernel/timer.h>

enum { POLL_MS = 20 };

static void poll(void *context);
static struct timer timer = {.fired = poll};

static void poll(void *context)
{
    enum mps2_pins_state state = mps2_pins_poll();

    (void)context;
    if (state != MPS2_PINS_UNWATCHED) {
        timer_arm(&timer, timer_now(), state == MPS2_PINS_MORE ? 0 : timer_from_ms(POLL_MS));
    }
}

static void watch(const struct hil_gpio *gpio, uint8_t pin, bool rising, bool falling)
{
    mps2_pins_watch(gpio, pin, rising, falling);
    if ((rising || falling) && !timer.armed) {
        timer_arm(&timer, timer_now(), timer_from_ms(POLL_MS));
    }
}

const struct hil_gpio board_gpio = {
    .count = MPS2_PINS,
    .make_output = mps2_pins_make_output,
    .make_input = mps2_pins_make_input,
    .disable = mps2_pins_disable,
    .set = mps2_pins_set,
    .get = mps2_pins_get,
    .listen = mps2_pins_listen,
    .watch = watch,
};
