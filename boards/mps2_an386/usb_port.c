// SPDX-License-Identifier: Apache-2.0
#include "usb_port.h"

#include "pins.h"

#include <chips/mps2_panel.h>

#define NVIC_PRIORITY(n) (*(volatile uint8_t *)(0xE000E400u + (n)))

enum { PRIORITY_INTERRUPT = 0x80 };

struct uart_usb usb_controller;
char usb_serial_number[17];

void usb_port_init(void)
{
    const volatile uint32_t *word = mps2_panel_words();

    uart_usb_init(&usb_controller, BOARD_UART1, 1u << BOARD_IRQ_UART1_RX);
    NVIC_PRIORITY(BOARD_IRQ_UART1_RX) = PRIORITY_INTERRUPT;
    for (uint32_t i = 0; word != NULL && i < sizeof usb_serial_number - 1; i++) {
        usb_serial_number[i] =
            "0123456789ABCDEF"[word[PANEL_SERIAL + i / 8] >> (28 - 4 * (i % 8)) & 15];
    }
}

void usb_port_interrupt(void)
{
    uart_usb_interrupt(&usb_controller);
}
