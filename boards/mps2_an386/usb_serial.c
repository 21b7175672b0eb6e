// SPDX-License-Identifier: Apache-2.0
#include "usb_serial.h"

#include <chips/mps2_panel.h>

#include <stddef.h>

char usb_serial_number[17];

void usb_serial_init(void)
{
    const volatile uint32_t *word = mps2_panel_words();

    for (uint32_t i = 0; word != NULL && i < sizeof usb_serial_number - 1; i++) {
        usb_serial_number[i] =
            "0123456789ABCDEF"[word[PANEL_SERIAL + i / 8] >> (28 - 4 * (i % 8)) & 15];
    }
}
