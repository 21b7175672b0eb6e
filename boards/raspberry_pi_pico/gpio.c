// SPDX-License-Identifier: Apache-2.0
/* The pins on the board's edge. The interrupt notes edges, the kernel loop reports them. */
#include "board.h"

#include <chips/rp2040_gpio.h>
#include <kernel/work.h>

static void report(void *context);
static struct work edges = WORK(report, NULL);

/* One edge at a time: what follows from it may take a while. */
static void report(void *context)
{
    (void)context;
    if (rp2040_gpio_report()) {
        work_post(&edges);
    }
}

void board_gpio_interrupt(void)
{
    rp2040_gpio_interrupt();
    work_post(&edges);
}

const struct hil_gpio board_gpio = {
    .count = RP2040_PINS,
    .missing = BOARD_PINS_MISSING,
    .make_output = rp2040_gpio_make_output,
    .make_input = rp2040_gpio_make_input,
    .disable = rp2040_gpio_disable,
    .set = rp2040_gpio_set,
    .get = rp2040_gpio_get,
    .listen = rp2040_gpio_listen,
    .watch = rp2040_gpio_watch,
};
