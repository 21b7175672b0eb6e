// SPDX-License-Identifier: Apache-2.0
#include "usb_serial.h"

#include <chips/mps2_panel.h>

#include <stddef.h>

char usb_serial_number[17];

void usb_serial_init(void)
{
    const volatile uint32_t *panel = mps2_panel_words();

    for (uint32_t i = 0; i < sizeof usb_serial_number - 1; i++) {
        uint32_t word = panel != NULL ? panel[PANEL_SERIAL + i / 8] : 0;

        usb_serial_number[i] = "0123456789ABCDEF"[(word >> (28 - 4 * (i % 8))) & 15];
    }
}
