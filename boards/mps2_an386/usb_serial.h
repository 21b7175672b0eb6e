// SPDX-License-Identifier: Apache-2.0
/* The serial number that this board has on USB: each emulated board gets its own when it is made.
 */
#ifndef MPS2_AN386_USB_SERIAL_H
#define MPS2_AN386_USB_SERIAL_H

/** The number as text. */
extern char usb_serial_number[17];

/** Reads it. After mps2_panel_init(). */
void usb_serial_init(void);

#endif
