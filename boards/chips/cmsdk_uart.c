// SPDX-License-Identifier: Apache-2.0
#include <chips/cmsdk_uart.h>

#include <hil/error.h>

#include <stdbool.h>

#define NVIC_ENABLE  (*(volatile uint32_t *)0xE000E100u)
#define NVIC_DISABLE (*(volatile uint32_t *)0xE000E180u)

enum { DATA = 0x00, STATE = 0x04, CONTROL = 0x08, INTERRUPT = 0x0C, DIVIDER = 0x10 };

#define STATE_TX_FULL  1u
#define STATE_RX_FULL  2u
#define STATE_RX_LOST  8u
#define CONTROL_TX     1u
#define CONTROL_RX     2u
#define CONTROL_TX_IRQ 4u
#define CONTROL_RX_IRQ 8u
#define INTERRUPT_TX   1u
#define INTERRUPT_RX   2u
#define DIVIDER_MIN    16u

static volatile uint32_t *reg(const struct cmsdk_uart *uart, uint32_t offset)
{
    return (volatile uint32_t *)(uintptr_t)(uart->base + offset);
}

static struct cmsdk_uart *self(const struct hil_serial *serial)
{
    return (struct cmsdk_uart *)(uintptr_t)serial;
}

/*
 * Positions in the receive ring run modulo twice its size: equal ones mean empty, a difference of
 * the size means full, for a ring of any size.
 */
static uint32_t next_position(const struct cmsdk_uart *uart, uint32_t position)
{
    return position + 1 < 2 * uart->receive_size ? position + 1 : 0;
}

static bool is_full(const struct cmsdk_uart *uart)
{
    uint32_t r = uart->received;
    uint32_t t = uart->taken;

    return (r >= t ? r - t : r + 2 * uart->receive_size - t) >= uart->receive_size;
}

static void receive(struct cmsdk_uart *uart)
{
    while ((*reg(uart, STATE) & STATE_RX_FULL) != 0) {
        uint8_t byte = (uint8_t)*reg(uart, DATA);

        if (!is_full(uart)) {
            uart->receive[uart->received % uart->receive_size] = byte;
            uart->received = next_position(uart, uart->received);
        } else {
            uart->lost++;
        }
    }
}

static void transmit(struct cmsdk_uart *uart)
{
    while (uart->sent != uart->queued && (*reg(uart, STATE) & STATE_TX_FULL) == 0) {
        *reg(uart, DATA) = uart->transmit[uart->sent % CMSDK_UART_TRANSMIT_RING];
        uart->sent++;
    }
}

void cmsdk_uart_interrupt(struct cmsdk_uart *uart)
{
    uint32_t before = uart->sent;
    bool was_empty = uart->received == uart->taken;

    *reg(uart, INTERRUPT) = INTERRUPT_TX | INTERRUPT_RX;
    if ((*reg(uart, STATE) & STATE_RX_LOST) != 0) {
        *reg(uart, STATE) = STATE_RX_LOST;
        uart->lost++;
    }
    receive(uart);
    transmit(uart);
    /* Told once per burst, not per byte: whoever reads, reads until the ring is empty. */
    if (uart->client != NULL && ((was_empty && uart->received != uart->taken) ||
                                 (uart->sent != before && uart->sent == uart->queued))) {
        uart->client->ready(uart->client->context);
    }
}

static int open_uart(const struct hil_serial *serial, uint32_t rate,
                     const struct hil_serial_client *client)
{
    struct cmsdk_uart *uart = self(serial);
    uint32_t divider = rate != 0 ? uart->clock / rate : 0;

    if (divider < DIVIDER_MIN) {
        return HIL_E_UNSUPPORTED;
    }
    uart->client = client;
    *reg(uart, DIVIDER) = divider;
    *reg(uart, CONTROL) = CONTROL_TX | CONTROL_RX | CONTROL_TX_IRQ | CONTROL_RX_IRQ;
    /*
     * A byte that came in before the interrupt was enabled raises none, and blocks those behind it:
     * it is taken here, with the interrupts held back.
     */
    NVIC_DISABLE = uart->interrupts;
    (void)NVIC_DISABLE;
    receive(uart);
    NVIC_ENABLE = uart->interrupts;
    return 0;
}

static size_t read_uart(const struct hil_serial *serial, uint8_t *data, size_t capacity)
{
    struct cmsdk_uart *uart = self(serial);
    size_t count = 0;

    while (count < capacity && uart->taken != uart->received) {
        data[count++] = uart->receive[uart->taken % uart->receive_size];
        uart->taken = next_position(uart, uart->taken);
    }
    return count;
}

static size_t write_uart(const struct hil_serial *serial, const uint8_t *data, size_t length)
{
    struct cmsdk_uart *uart = self(serial);
    size_t count = 0;
    size_t before;

    /* An idle transmitter raises no interrupt: it is started here, with its interrupts held back.
     */
    NVIC_DISABLE = uart->interrupts;
    (void)NVIC_DISABLE;
    do {
        before = count;
        while (count < length && uart->queued - uart->sent < CMSDK_UART_TRANSMIT_RING) {
            uart->transmit[uart->queued % CMSDK_UART_TRANSMIT_RING] = data[count++];
            uart->queued++;
        }
        transmit(uart);
    } while (count < length && count > before);
    NVIC_ENABLE = uart->interrupts;
    return count;
}

static size_t pending_uart(const struct hil_serial *serial)
{
    const struct cmsdk_uart *uart = self(serial);

    return uart->queued - uart->sent + ((*reg(uart, STATE) & STATE_TX_FULL) != 0 ? 1 : 0);
}

static uint32_t overruns_uart(const struct hil_serial *serial)
{
    return self(serial)->lost;
}

void cmsdk_uart_init(struct cmsdk_uart *uart)
{
    uart->serial = (struct hil_serial){
        .receive_capacity = uart->receive_size,
        .open = open_uart,
        .read = read_uart,
        .write = write_uart,
        .pending = pending_uart,
        .overruns = overruns_uart,
    };
}
