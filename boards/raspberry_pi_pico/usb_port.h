// SPDX-License-Identifier: Apache-2.0
/* USB on this board: the chip's controller, and the number of its flash as serial number. */
#ifndef RASPBERRY_PI_PICO_USB_PORT_H
#define RASPBERRY_PI_PICO_USB_PORT_H

#include <chips/rp2040_flash.h>
#include <chips/rp2040_usb.h>

#define BOARD_USB rp2040_usb

/** The whole flash; what may be changed differs between kernel and bootloader (devices.c,
 * boot_devices.c). */
extern struct rp2040_flash board_flash;
/** The serial number as text, once usb_port_init() was called. */
extern char usb_serial_number[2u * RP2040_FLASH_ID_SIZE + 1u];

/** Reads the serial number. After rp2040_flash_init(). */
void usb_port_init(void);

#endif
