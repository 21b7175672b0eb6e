// SPDX-License-Identifier: Apache-2.0
#include <chips/rp2040_uart.h>

#include <hil/error.h>

#include <stdbool.h>

#include "rp2040.h"
#include <chips/rp2040_clocks.h>

#define UART0         0x40034000u
#define DATA          RP2040_REG(UART0 + 0x00u)
#define FLAGS         RP2040_REG(UART0 + 0x18u)
#define DIVIDER_INT   RP2040_REG(UART0 + 0x24u)
#define DIVIDER_FRACT RP2040_REG(UART0 + 0x28u)
#define LINE_CONTROL  RP2040_REG(UART0 + 0x2Cu)
#define CONTROL       RP2040_REG(UART0 + 0x30u)
#define FIFO_LEVELS   RP2040_REG(UART0 + 0x34u)
#define MASK          (UART0 + 0x38u)
#define CLEAR         RP2040_REG(UART0 + 0x44u)

#define FLAG_BUSY      (1u << 3)
#define FLAG_RX_EMPTY  (1u << 4)
#define FLAG_TX_FULL   (1u << 5)
#define DATA_OVERRUN   (1u << 11)
#define LINE_8N1_FIFO  ((3u << 5) | (1u << 4))
#define CONTROL_ON     (1u | (1u << 8) | (1u << 9))
#define LEVEL_QUARTERS (1u | (1u << 3)) /* TX at a quarter left, RX at a quarter full */
#define INT_RX         ((1u << 4) | (1u << 6))
#define INT_TX         (1u << 5)
#define INT_ALL        0x7FFu

/* The divider has 6 bits of fraction: it counts sixteenths of a bit. */
enum { FRACTION_BITS = 6, FUNCTION_UART = 2 };
#define DIVIDER_MIN (1u << FRACTION_BITS)
#define DIVIDER_MAX (0xFFFFu << FRACTION_BITS)

static uint8_t receive_ring[RP2040_UART_RECEIVE_RING];
static uint8_t transmit_ring[RP2040_UART_TRANSMIT_RING];
static const struct hil_serial_client *client;
/*
 * Positions in the receive ring run modulo its size, and one byte of it stays free: code that runs
 * from RAM must not call for a division.
 */
static volatile uint32_t received; /* where the interrupt stores next */
static volatile uint32_t taken;    /* where the reader reads next */
static volatile uint32_t queued;   /* bytes ever stored in transmit_ring */
static volatile uint32_t sent;     /* bytes ever taken from it */
static volatile uint32_t lost;

/* Into both handlers: that in RAM must call nothing, and the kernel executes no RAM otherwise. */
RP2040_INTO static inline void receive(void)
{
    while ((FLAGS & FLAG_RX_EMPTY) == 0) {
        uint32_t data = DATA;
        uint32_t next = received + 1 < RP2040_UART_RECEIVE_RING ? received + 1 : 0;

        if ((data & DATA_OVERRUN) != 0) {
            lost++;
        }
        if (next != taken) {
            receive_ring[received] = (uint8_t)data;
            received = next;
        } else {
            lost++;
        }
    }
}

RP2040_IN_RAM void rp2040_uart_interrupt_in_ram(void)
{
    CLEAR = INT_RX;
    receive();
    /* There is nobody to send meanwhile; who wants to is asked again afterwards. */
    RP2040_CLEAR(MASK) = INT_TX;
}

static void transmit(void)
{
    while (sent != queued && (FLAGS & FLAG_TX_FULL) == 0) {
        DATA = transmit_ring[sent % RP2040_UART_TRANSMIT_RING];
        sent++;
    }
    /* The interrupt comes when the FIFO has room again; with nothing to send nobody wants it. */
    if (sent != queued) {
        RP2040_SET(MASK) = INT_TX;
    } else {
        RP2040_CLEAR(MASK) = INT_TX;
    }
}

void rp2040_uart_interrupt(void)
{
    uint32_t before = sent;

    CLEAR = INT_RX | INT_TX;
    receive();
    transmit();
    if (client != NULL && (received != taken || (sent != before && sent == queued))) {
        client->ready(client->context);
    }
}

static int open_uart(const struct hil_serial *serial, uint32_t rate,
                     const struct hil_serial_client *told)
{
    uint32_t clock = RP2040_SYSTEM_HZ * (DIVIDER_MIN / 16u);
    uint32_t divider = rate != 0 ? (clock + rate / 2) / rate : 0;

    (void)serial;
    if (divider < DIVIDER_MIN || divider > DIVIDER_MAX) {
        return HIL_E_UNSUPPORTED;
    }
    NVIC_DISABLE = 1u << RP2040_IRQ_UART0;
    client = told;
    CONTROL = 0;
    DIVIDER_INT = divider >> FRACTION_BITS;
    DIVIDER_FRACT = divider & (DIVIDER_MIN - 1u);
    LINE_CONTROL = LINE_8N1_FIFO; /* writing it also takes the divider over */
    FIFO_LEVELS = LEVEL_QUARTERS;
    CLEAR = INT_ALL;
    RP2040_REG(MASK) = INT_RX;
    CONTROL = CONTROL_ON;
    NVIC_ENABLE = 1u << RP2040_IRQ_UART0;
    return 0;
}

static size_t read_uart(const struct hil_serial *serial, uint8_t *data, size_t capacity)
{
    size_t count = 0;

    (void)serial;
    while (count < capacity && taken != received) {
        data[count++] = receive_ring[taken];
        taken = taken + 1 < RP2040_UART_RECEIVE_RING ? taken + 1 : 0;
    }
    return count;
}

static size_t write_uart(const struct hil_serial *serial, const uint8_t *data, size_t length)
{
    size_t count = 0;
    size_t before;

    /* An idle transmitter raises no interrupt: it is started here, with its interrupt held back. */
    (void)serial;
    NVIC_DISABLE = 1u << RP2040_IRQ_UART0;
    (void)NVIC_DISABLE;
    do {
        before = count;
        while (count < length && queued - sent < RP2040_UART_TRANSMIT_RING) {
            transmit_ring[queued % RP2040_UART_TRANSMIT_RING] = data[count++];
            queued++;
        }
        transmit();
    } while (count < length && count > before);
    NVIC_ENABLE = 1u << RP2040_IRQ_UART0;
    return count;
}

static size_t pending_uart(const struct hil_serial *serial)
{
    (void)serial;
    return queued - sent + ((FLAGS & FLAG_BUSY) != 0 ? 1 : 0);
}

static uint32_t overruns_uart(const struct hil_serial *serial)
{
    (void)serial;
    return lost;
}

void rp2040_uart_init(uint32_t transmit_pin, uint32_t receive_pin)
{
    rp2040_reset_blocks(1u << RP2040_RESET_UART0);
    rp2040_pin_function(transmit_pin, FUNCTION_UART);
    rp2040_pin_function(receive_pin, FUNCTION_UART);
}

void rp2040_uart_print_now(const char *text)
{
    for (; *text != '\0'; text++) {
        while ((FLAGS & FLAG_TX_FULL) != 0) {
        }
        DATA = (uint8_t)*text;
    }
    while ((FLAGS & FLAG_BUSY) != 0) {
    }
}

const struct hil_serial rp2040_uart = {
    .receive_capacity = RP2040_UART_RECEIVE_RING - 1u,
    .open = open_uart,
    .read = read_uart,
    .write = write_uart,
    .pending = pending_uart,
    .overruns = overruns_uart,
};
