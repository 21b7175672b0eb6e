// SPDX-License-Identifier: Apache-2.0
/*
 * UART of Arm's Cortex-M System Design Kit (CMSDK technical reference manual, 4.3), by interrupt
 * into and out of rings.
 */
#ifndef CHIPS_CMSDK_UART_H
#define CHIPS_CMSDK_UART_H

#include <hil/serial.h>

/** Size of the ring to send from, bytes. */
#define CMSDK_UART_TRANSMIT_RING 512u

/** One UART; the board fills in the first fields and leaves the rest zero. */
struct cmsdk_uart {
    struct hil_serial serial; /* first: the driver finds itself by it */
    uint32_t base;            /* address of the registers */
    uint32_t clock;           /* Hz */
    uint32_t interrupts;      /* its interrupts, as bits of the NVIC's first word */
    const struct hil_serial_client *client;
    volatile uint32_t received; /* where the interrupt stores next, modulo twice the ring */
    volatile uint32_t taken;    /* where the reader reads next, likewise */
    volatile uint32_t queued;   /* bytes ever stored in `transmit` */
    volatile uint32_t sent;     /* bytes ever taken from it, by the interrupt */
    volatile uint32_t lost;
    uint8_t *receive;      /* receive_size bytes of the board's */
    uint32_t receive_size; /* 1043 for each block of the flash protocol that may be in flight */
    uint8_t *transmit;     /* CMSDK_UART_TRANSMIT_RING bytes of the board's */
};

/** Fills in the driver's functions; registers base and clock must be set. Before open. */
void cmsdk_uart_init(struct cmsdk_uart *uart);
/** The receive and transmit interrupts of the UART. Interrupt context. */
void cmsdk_uart_interrupt(struct cmsdk_uart *uart);

#endif
