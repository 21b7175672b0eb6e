// SPDX-License-Identifier: Apache-2.0
/*
 * USB device controller of the RP2040 (RP2040 Datasheet, 4.1), full speed, single buffers. Chips of
 * revision B2 and later: on earlier ones erratum RP2040-E5 can keep the device from leaving a bus
 * reset.
 */
#ifndef CHIPS_RP2040_USB_H
#define CHIPS_RP2040_USB_H

#include <hil/usb.h>

/** Its interrupt. */
#define RP2040_IRQ_USB 5u

extern const struct hil_usb rp2040_usb;

/** The interrupt. Interrupt context. */
void rp2040_usb_interrupt(void);

#endif
