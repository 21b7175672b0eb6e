// SPDX-License-Identifier: Apache-2.0
/*
 * USB device controller of the RP2040 (RP2040 Datasheet, 4.1), full speed, single buffers. Errata:
 * before revision B2 aborts are done without (RP2040-E2), and a busy bus can keep the device from
 * leaving a bus reset (RP2040-E5). On every revision some bus errors during a packet to the host,
 * seen behind the hub of one host controller (VL805), hang the controller until the next reset of
 * the chip (RP2040-E15). Against the last two nothing is done here.
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
