// SPDX-License-Identifier: Apache-2.0
/* USB on this board: its controller, and the serial number that each emulated board gets when it is
 * made. */
#ifndef MPS2_AN386_USB_PORT_H
#define MPS2_AN386_USB_PORT_H

#include <chips/uart_usb.h>

extern struct uart_usb usb_controller;
#define BOARD_USB usb_controller.usb

/** The interrupt of the controller; NULL in an image without USB. The build says so. */
#ifndef BOARD_USB_INTERRUPT
#define BOARD_USB_INTERRUPT NULL
#endif

/** The serial number as text, once usb_port_init() was called. */
extern char usb_serial_number[17];

/** Sets the controller up and reads the serial number. After mps2_panel_init(). */
void usb_port_init(void);
/** The interrupt. Interrupt context. */
void usb_port_interrupt(void);

#endif
