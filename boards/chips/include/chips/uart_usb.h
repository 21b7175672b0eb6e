// SPDX-License-Identifier: Apache-2.0
/*
 * The virtual USB device controller of emulated boards: a UART whose other end is a program that
 * plays the controller's packet side and the cable (tests/rigs/usb/vudc_bridge.c). The UART is that
 * of Arm's Cortex-M System Design Kit.
 *
 * Both ends speak in frames, COBS between zero bytes: kind, endpoint, generation, ticket, up to 64
 * bytes of data, and a byte that makes the sum of all 0 modulo 256.
 *
 *     to the controller   A attach   D detach   N address (data: it)   O open (data: type, packet)
 *                         C close    I arm IN (data: the packet)   R arm OUT   S stall   U unstall
 *     from it             r reset    s setup (data: 8 bytes)   o OUT done (data: the packet)
 *                         i IN done  q whether the device is attached
 *
 * The generation is that of the last reset or setup, which the controller counts (bits 7 to 4 and 3
 * to 0): the controller ignores what was said before the device heard of a reset and, on endpoint
 * 0, of a setup. The ticket is of the endpoint, counted by the device: it ignores an event of an
 * arming that is no longer valid.
 */
#ifndef CHIPS_UART_USB_H
#define CHIPS_UART_USB_H

#include <hil/usb.h>

/** Endpoint numbers 0 to 3. */
#define UART_USB_ENDPOINTS 4u
/** Head and sum of a frame, bytes; and most bytes of one, encoded, without its zero. */
#define UART_USB_HEAD  4u
#define UART_USB_FRAME (UART_USB_HEAD + HIL_USB_CONTROL_PACKET + 1u)
#define UART_USB_CODED (UART_USB_FRAME + 1u)

/** One controller; zero at first. */
struct uart_usb {
    struct hil_usb usb; /* first: the driver finds itself by it */
    uint32_t base;
    uint32_t interrupts;
    const struct hil_usb_client *client;
    bool attached;
    bool awake; /* a reset has come since the attachment */
    bool reset; /* these wait to be fetched */
    bool setup;
    uint8_t generation;
    uint8_t setup_packet[8];
    /* By number, IN behind OUT. */
    uint8_t done; /* events that wait to be fetched, one bit each */
    uint8_t ticket[2 * UART_USB_ENDPOINTS];
    /* OUT: the packet that waits to be taken. */
    uint8_t length[UART_USB_ENDPOINTS];
    uint8_t packet[UART_USB_ENDPOINTS][HIL_USB_CONTROL_PACKET];
    /* The frame that comes in. */
    uint8_t frame[UART_USB_FRAME];
    uint8_t used;
    uint8_t sum;
    uint8_t left; /* bytes until the next one that stands for a zero */
    bool begun;
};

/**
 * Sets a controller up; before attach().
 * @param base        address of the UART's registers
 * @param interrupts  its receive interrupt, as a bit of the NVIC's first word
 */
void uart_usb_init(struct uart_usb *controller, uint32_t base, uint32_t interrupts);
/** The receive interrupt of the UART. Interrupt context. */
void uart_usb_interrupt(struct uart_usb *controller);

#endif
