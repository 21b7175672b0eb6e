// SPDX-License-Identifier: Apache-2.0
#include "usb_port.h"

char usb_serial_number[2u * RP2040_FLASH_ID_SIZE + 1u];

void usb_port_init(void)
{
    rp2040_flash_id_text(&board_flash, usb_serial_number);
}
