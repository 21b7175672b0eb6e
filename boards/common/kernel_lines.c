// SPDX-License-Identifier: Apache-2.0
#include "kernel_lines.h"

#include "board.h"
#include "kernel_usb.h"

#include <kernel/timer.h>

/* A host with a session says something every second. */
enum { SILENCE_MS = 2000, LINES = 3 };

static const struct hil_serial *const line[LINES] = {&BOARD_UART, &kernel_usb_bulk.serial,
                                                     &kernel_usb_cdc.pipe.serial};
static uint8_t active;
static bool held; /* the active line's host has spoken a moment ago */
static const struct hil_serial_client *user;

static void let_go(void *context)
{
    (void)context;
    held = false;
    user->ready(user->context); /* bytes may wait on another line */
}

static struct timer silence = {.fired = let_go};

static size_t read_lines(const struct hil_serial *serial, uint8_t *data, size_t capacity)
{
    size_t count = line[active]->read(line[active], data, capacity);

    (void)serial;
    for (uint8_t i = 0; i < LINES && count == 0 && !held; i++) {
        count = line[i]->read(line[i], data, capacity);
        active = count > 0 ? i : active;
    }
    if (count > 0) {
        held = true;
        timer_arm(&silence, timer_now(), timer_from_ms(SILENCE_MS));
    }
    return count;
}

static size_t write_line(const struct hil_serial *serial, const uint8_t *data, size_t length)
{
    (void)serial;
    return line[active]->write(line[active], data, length);
}

static size_t pending(const struct hil_serial *serial)
{
    (void)serial;
    return line[active]->pending(line[active]);
}

static uint32_t overruns(const struct hil_serial *serial)
{
    (void)serial;
    return line[active]->overruns(line[active]);
}

static int open_lines(const struct hil_serial *serial, uint32_t rate,
                      const struct hil_serial_client *client)
{
    (void)serial;
    user = client;
    kernel_usb_init();
    for (size_t i = 0; i < LINES; i++) {
        (void)line[i]->open(line[i], rate, client);
    }
    return kernel_usb_start();
}

const struct hil_serial kernel_lines = {
    .receive_capacity = 2 * HIL_USB_CONTROL_PACKET,
    .open = open_lines,
    .read = read_lines,
    .write = write_line,
    .pending = pending,
    .overruns = overruns,
};
