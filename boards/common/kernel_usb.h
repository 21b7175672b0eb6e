// SPDX-License-Identifier: Apache-2.0
/* The kernel on USB: a serial port and the vendor interface, and DFU's way into the bootloader. */
#ifndef BOARDS_KERNEL_USB_H
#define BOARDS_KERNEL_USB_H

#include <usb/cdc.h>
#include <usb/pipe.h>

/** Lines once kernel_usb_init() was called: the vendor interface's and the serial port's. */
extern struct usb_pipe kernel_usb_bulk;
extern struct usb_cdc kernel_usb_cdc;

/** Sets the controller and both lines up. Before they are opened; kernel loop. */
void kernel_usb_init(void);
/**
 * Attaches the board to the bus. After the lines were opened; kernel loop.
 * @return as usb_device_start()
 */
int kernel_usb_start(void);

#endif
