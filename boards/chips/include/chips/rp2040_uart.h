// SPDX-License-Identifier: Apache-2.0
/*
 * UART 0 of the RP2040, an Arm PL011 with FIFOs of 32 bytes (RP2040 Datasheet, 4.2), by interrupt
 * into and out of rings. What receives runs from RAM, so that bytes are kept while flash cannot be
 * read.
 */
#ifndef CHIPS_RP2040_UART_H
#define CHIPS_RP2040_UART_H

#include <hil/serial.h>

/** Sizes of the rings, bytes; the first holds four blocks of the flash protocol. */
#define RP2040_UART_RECEIVE_RING  4352u
#define RP2040_UART_TRANSMIT_RING 512u
/** Its interrupt. */
#define RP2040_IRQ_UART0 20u

extern const struct hil_serial rp2040_uart;

/** Gives it its pins, before it is opened. */
void rp2040_uart_init(uint32_t transmit_pin, uint32_t receive_pin);
/** The interrupt. Interrupt context. */
void rp2040_uart_interrupt(void);
/** The same while flash cannot be read: keeps what comes in, tells nobody. Interrupt context. */
void rp2040_uart_interrupt_in_ram(void);
/** Sends without interrupts, waiting for the line; for last words. Any context. */
void rp2040_uart_print_now(const char *text);

#endif
