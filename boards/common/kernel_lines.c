// SPDX-License-Identifier: Apache-2.0
#include "kernel_lines.h"

#include "board.h"
#include "kernel_usb.h"

#include <kernel/lines.h>

static int open_lines(const struct hil_serial *serial, uint32_t rate,
                      const struct hil_serial_client *client)
{
    static const struct hil_serial *const lines[] = {&BOARD_UART, &kernel_usb_bulk.serial,
                                                     &kernel_usb_cdc.pipe.serial};

    if (lines_are_open()) {
        return lines_rate(rate);
    }
    kernel_usb_init();
    lines_init(lines, sizeof lines / sizeof lines[0]);
    (void)lines_open(serial, rate, client);
    return kernel_usb_start();
}

const struct hil_serial kernel_lines = {
    .receive_capacity = 2 * HIL_USB_CONTROL_PACKET,
    .open = open_lines,
    .read = lines_read,
    .write = lines_write,
    .pending = lines_pending,
    .overruns = lines_overruns,
};
