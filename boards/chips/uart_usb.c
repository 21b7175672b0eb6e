// SPDX-License-Identifier: Apache-2.0
#include <chips/uart_usb.h>

#include <string.h>

#include <base/cobs.h>
#include <hil/error.h>

#define NVIC_ENABLE  (*(volatile uint32_t *)0xE000E100u)
#define NVIC_DISABLE (*(volatile uint32_t *)0xE000E180u)

enum { DATA = 0x00, STATE = 0x04, CONTROL = 0x08, INTERRUPT = 0x0C, DIVIDER = 0x10 };

#define STATE_TX_FULL  1u
#define STATE_RX_FULL  2u
#define CONTROL_TX     1u
#define CONTROL_RX     2u
#define CONTROL_RX_IRQ 8u
#define INTERRUPT_RX   2u
#define DIVIDER_MIN    16u

/* Reads of the state before a byte is given up: nobody is at the other end. */
#define PATIENCE 100000u

/* Bytes of a frame. */
enum { KIND = 0, ENDPOINT = 1, GENERATION = 2, TICKET = 3 };

static volatile uint32_t *reg(const struct uart_usb *c, uint32_t offset)
{
    return (volatile uint32_t *)(uintptr_t)(c->base + offset);
}

static struct uart_usb *self(const struct hil_usb *usb)
{
    return (struct uart_usb *)(uintptr_t)usb;
}

/* What the interrupt changes is looked at with the interrupt held back. */
static void hold(const struct uart_usb *c)
{
    NVIC_DISABLE = c->interrupts;
    (void)NVIC_DISABLE;
}

static void release(const struct uart_usb *c)
{
    NVIC_ENABLE = c->interrupts;
}

static void send_byte(const struct uart_usb *c, uint8_t byte)
{
    uint32_t patience = PATIENCE;

    while ((*reg(c, STATE) & STATE_TX_FULL) != 0 && patience > 0) {
        patience--;
    }
    *reg(c, DATA) = byte;
}

static uint8_t *ticket_of(struct uart_usb *c, uint8_t endpoint)
{
    uint8_t *table = (endpoint & HIL_USB_IN) != 0 ? c->in_ticket : c->out_ticket;

    return &table[endpoint % UART_USB_ENDPOINTS];
}

/* Sends a frame. */
static void send(struct uart_usb *c, char kind, uint8_t endpoint, const uint8_t *data,
                 size_t length)
{
    uint8_t frame[UART_USB_FRAME] = {(uint8_t)kind, endpoint, c->generation,
                                     *ticket_of(c, endpoint)};
    uint8_t coded[UART_USB_CODED];
    uint8_t sum = 0;
    size_t size = UART_USB_HEAD;

    if (length > 0) {
        memcpy(frame + UART_USB_HEAD, data, length);
        size += length;
    }
    for (size_t i = 0; i < size; i++) {
        sum = (uint8_t)(sum + frame[i]);
    }
    frame[size++] = (uint8_t)(0u - sum);
    size = cobs_encode(frame, size, coded, sizeof coded);
    for (size_t i = 0; i < size; i++) {
        send_byte(c, coded[i]);
    }
    send_byte(c, 0);
}

/* Whether a call has an effect: nothing newer waits. */
static bool is_current(const struct uart_usb *c, uint8_t endpoint)
{
    bool control = (endpoint & ~HIL_USB_IN) == 0;

    return c->awake && !c->reset && !(c->setup && control) &&
           (endpoint & ~HIL_USB_IN) < UART_USB_ENDPOINTS;
}

/* Events of an endpoint that were not fetched, and those on their way, are void. */
static void forget(struct uart_usb *c, uint8_t endpoint)
{
    uint8_t number = endpoint % UART_USB_ENDPOINTS;

    ++*ticket_of(c, endpoint);
    if ((endpoint & HIL_USB_IN) != 0) {
        c->in_done &= (uint8_t) ~(1u << number);
    } else {
        c->out[number].done = false;
        c->out[number].length = 0;
    }
}

/* A call that ends what the endpoint was at, and is told to the controller. */
static void change(struct uart_usb *c, char kind, uint8_t endpoint, const uint8_t *data,
                   size_t length)
{
    hold(c);
    if (is_current(c, endpoint)) {
        forget(c, endpoint);
        send(c, kind, endpoint, data, length);
    }
    release(c);
}

static void take_reset(struct uart_usb *c)
{
    for (uint8_t i = 0; i < UART_USB_ENDPOINTS; i++) {
        forget(c, i);
        forget(c, (uint8_t)(i | HIL_USB_IN));
    }
    c->setup = false;
    c->suspend = false;
    c->resume = false;
    c->reset = true;
    c->awake = true;
}

static void take_setup(struct uart_usb *c, const uint8_t *data, size_t length)
{
    if (length == sizeof c->setup_packet) {
        forget(c, 0);
        forget(c, HIL_USB_IN);
        memcpy(c->setup_packet, data, length);
        c->setup = true;
    }
}

static void take_done(struct uart_usb *c, const uint8_t *frame, const uint8_t *data, size_t length)
{
    uint8_t number = frame[ENDPOINT] & (uint8_t)~HIL_USB_IN;

    if (number >= UART_USB_ENDPOINTS || frame[TICKET] != *ticket_of(c, frame[ENDPOINT])) {
        return;
    }
    if ((frame[ENDPOINT] & HIL_USB_IN) != 0) {
        c->in_done |= (uint8_t)(1u << number);
    } else {
        memcpy(c->out[number].data, data, length);
        c->out[number].length = (uint8_t)length;
        c->out[number].done = true;
    }
}

static void take_frame(struct uart_usb *c, const uint8_t *frame, size_t length)
{
    const uint8_t *data = frame + UART_USB_HEAD;
    size_t size = length - UART_USB_HEAD;

    switch (frame[KIND]) {
    case 'r':
        c->generation = frame[GENERATION];
        take_reset(c);
        break;
    case 's':
        c->generation = frame[GENERATION];
        take_setup(c, data, size);
        break;
    case 'o':
    case 'i':
        take_done(c, frame, data, size);
        break;
    case 'q':
        send(c, 'A', 0, NULL, 0);
        break;
    case 'p':
        c->suspend = true;
        break;
    case 'w':
        c->resume = true;
        break;
    default:
        break;
    }
}

/* A zero came: what lies before it is a frame if it holds together. */
static void end_frame(struct uart_usb *c)
{
    size_t length = c->used;
    uint8_t sum = 0;

    c->used = 0;
    if (c->overlong || cobs_decode(c->frame, length, &length) != 0 || length <= UART_USB_HEAD ||
        length > UART_USB_FRAME) {
        c->overlong = false;
        return;
    }
    for (size_t i = 0; i < length; i++) {
        sum = (uint8_t)(sum + c->frame[i]);
    }
    if (sum == 0 && c->attached && (c->awake || c->frame[KIND] == 'r' || c->frame[KIND] == 'q')) {
        take_frame(c, c->frame, length - 1);
        if (c->client != NULL) {
            c->client->ready(c->client->context);
        }
    }
}

static void receive(struct uart_usb *c)
{
    while ((*reg(c, STATE) & STATE_RX_FULL) != 0) {
        uint8_t byte = (uint8_t)*reg(c, DATA);

        if (byte == 0) {
            end_frame(c);
        } else if (c->used < sizeof c->frame) {
            c->frame[c->used++] = byte;
        } else {
            c->overlong = true;
        }
    }
}

void uart_usb_interrupt(struct uart_usb *c)
{
    *reg(c, INTERRUPT) = INTERRUPT_RX;
    receive(c);
}

static int attach(const struct hil_usb *usb, const struct hil_usb_client *client)
{
    struct uart_usb *c = self(usb);

    *reg(c, DIVIDER) = DIVIDER_MIN;
    *reg(c, CONTROL) = CONTROL_TX | CONTROL_RX | CONTROL_RX_IRQ;
    hold(c);
    c->client = client;
    c->awake = false;
    c->reset = false;
    c->setup = false;
    c->attached = true;
    /* A byte from before would block those behind it. */
    receive(c);
    send_byte(c, 0); /* what an earlier program left unfinished ends here */
    send(c, 'A', 0, NULL, 0);
    release(c);
    return 0;
}

static void detach(const struct hil_usb *usb)
{
    struct uart_usb *c = self(usb);

    hold(c);
    c->attached = false;
    c->awake = false;
    send(c, 'D', 0, NULL, 0);
    release(c);
}

/* The oldest event of what happened to the whole device. */
static bool next_of_device(struct uart_usb *c, struct hil_usb_event *event)
{
    if (c->reset) {
        c->reset = false;
        event->kind = HIL_USB_RESET;
    } else if (c->suspend) {
        c->suspend = false;
        event->kind = HIL_USB_SUSPEND;
    } else if (c->resume) {
        c->resume = false;
        event->kind = HIL_USB_RESUME;
    } else if (c->setup) {
        c->setup = false;
        event->kind = HIL_USB_SETUP;
        memcpy(event->setup, c->setup_packet, sizeof event->setup);
    } else {
        return false;
    }
    return true;
}

static bool next_of_endpoint(struct uart_usb *c, struct hil_usb_event *event)
{
    for (uint8_t i = 0; i < UART_USB_ENDPOINTS; i++) {
        if ((c->in_done >> i & 1u) != 0) {
            c->in_done &= (uint8_t) ~(1u << i);
            event->kind = HIL_USB_IN_DONE;
            event->endpoint = (uint8_t)(i | HIL_USB_IN);
            return true;
        }
        if (c->out[i].done) {
            c->out[i].done = false;
            event->kind = HIL_USB_OUT_DONE;
            event->endpoint = i;
            event->length = c->out[i].length;
            return true;
        }
    }
    return false;
}

static bool next(const struct hil_usb *usb, struct hil_usb_event *event)
{
    struct uart_usb *c = self(usb);
    bool found;

    hold(c);
    found = c->awake && (next_of_device(c, event) || next_of_endpoint(c, event));
    release(c);
    return found;
}

static void set_address(const struct hil_usb *usb, uint8_t address)
{
    struct uart_usb *c = self(usb);

    hold(c);
    if (is_current(c, 0)) {
        send(c, 'N', 0, &address, 1);
    }
    release(c);
}

static int open_endpoint(const struct hil_usb *usb, uint8_t endpoint, enum hil_usb_type type,
                         uint16_t packet)
{
    const uint8_t data[2] = {(uint8_t)type, (uint8_t)packet};
    uint8_t number = endpoint & (uint8_t)~HIL_USB_IN;

    if (number == 0 || number >= UART_USB_ENDPOINTS || packet > HIL_USB_CONTROL_PACKET) {
        return HIL_E_UNSUPPORTED;
    }
    change(self(usb), 'O', endpoint, data, sizeof data);
    return 0;
}

static void close_endpoint(const struct hil_usb *usb, uint8_t endpoint)
{
    change(self(usb), 'C', endpoint, NULL, 0);
}

static void arm_in(const struct hil_usb *usb, uint8_t endpoint, const uint8_t *data, size_t length)
{
    change(self(usb), 'I', endpoint, data, length);
}

static void arm_out(const struct hil_usb *usb, uint8_t endpoint)
{
    change(self(usb), 'R', endpoint, NULL, 0);
}

static size_t take(const struct hil_usb *usb, uint8_t endpoint, uint8_t *data, size_t capacity)
{
    struct uart_usb *c = self(usb);
    size_t count = 0;

    hold(c);
    if (is_current(c, endpoint)) {
        struct uart_usb_packet *packet = &c->out[endpoint];

        count = packet->length < capacity ? packet->length : capacity;
        memcpy(data, packet->data, count);
        packet->length = 0;
    }
    release(c);
    return count;
}

static void stall(const struct hil_usb *usb, uint8_t endpoint, bool stalled)
{
    change(self(usb), stalled ? 'S' : 'U', endpoint, NULL, 0);
}

void uart_usb_init(struct uart_usb *c, uint32_t base, uint32_t interrupts)
{
    c->base = base;
    c->interrupts = interrupts;
    c->usb = (struct hil_usb){
        .endpoints = UART_USB_ENDPOINTS - 1,
        .attach = attach,
        .detach = detach,
        .next = next,
        .set_address = set_address,
        .open = open_endpoint,
        .close = close_endpoint,
        .arm_in = arm_in,
        .arm_out = arm_out,
        .take = take,
        .stall = stall,
    };
}
