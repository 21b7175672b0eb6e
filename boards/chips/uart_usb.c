// SPDX-License-Identifier: Apache-2.0
#include <chips/uart_usb.h>

#include <string.h>

#include <base/bits.h>
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

/* Where the endpoint's place is in tables: OUT first. */
static uint32_t index_of(uint8_t endpoint)
{
    return (endpoint & (UART_USB_ENDPOINTS - 1u)) |
           ((endpoint & HIL_USB_IN) != 0 ? UART_USB_ENDPOINTS : 0u);
}

/* Sends a frame. COBS of less than 254 bytes: each zero becomes the distance to the next one. */
static void send(const struct uart_usb *c, char kind, uint8_t endpoint, const uint8_t *data,
                 size_t length)
{
    uint8_t coded[UART_USB_CODED + 1] = {0, (uint8_t)kind, endpoint, c->generation,
                                         c->ticket[index_of(endpoint)]};
    size_t size = 1u + UART_USB_HEAD + length;
    size_t zero = 0;
    uint8_t sum = 0;

    if (length > 0) {
        memcpy(coded + 1u + UART_USB_HEAD, data, length);
    }
    for (size_t i = 1; i < size; i++) {
        sum = (uint8_t)(sum - coded[i]);
    }
    coded[size++] = sum;
    coded[size] = 0;
    for (size_t i = 1; i <= size; i++) {
        if (coded[i] == 0) {
            coded[zero] = (uint8_t)(i - zero);
            zero = i;
        }
    }
    for (size_t i = 0; i <= size; i++) {
        send_byte(c, coded[i]);
    }
}

/* Whether a call has an effect: nothing newer waits. */
static bool is_current(const struct uart_usb *c, uint8_t endpoint)
{
    return c->awake && !c->reset && !(c->setup && (endpoint & ~HIL_USB_IN) == 0);
}

/* An event of an endpoint that was not fetched, and one that is on its way, are void. */
static void forget(struct uart_usb *c, uint32_t index)
{
    c->ticket[index]++;
    c->done &= (uint8_t) ~(1u << index);
    c->length[index % UART_USB_ENDPOINTS] =
        index < UART_USB_ENDPOINTS ? 0 : c->length[index % UART_USB_ENDPOINTS];
}

/* A call that ends what the endpoint was at, and is told to the controller. */
static void change(const struct hil_usb *usb, char kind, uint8_t endpoint, const uint8_t *data,
                   size_t length)
{
    struct uart_usb *c = self(usb);

    hold(c);
    if (is_current(c, endpoint)) {
        forget(c, index_of(endpoint));
        send(c, kind, endpoint, data, length);
    }
    release(c);
}

static void take_done(struct uart_usb *c, const uint8_t *frame, size_t size)
{
    uint32_t index = index_of(frame[ENDPOINT]);

    if (frame[TICKET] != c->ticket[index]) {
        return;
    }
    c->done |= (uint8_t)(1u << index);
    if (index < UART_USB_ENDPOINTS) {
        memcpy(c->packet[index], frame + UART_USB_HEAD, size);
        c->length[index] = (uint8_t)size;
    }
}

/* What the controller says; size: bytes of data. */
static void take_frame(struct uart_usb *c, const uint8_t *frame, size_t size)
{
    uint32_t forgotten = 0;

    switch (frame[KIND]) {
    case 'r':
        c->reset = true;
        c->awake = true;
        c->setup = false;
        forgotten = UINT32_MAX;
        break;
    case 's':
        memcpy(c->setup_packet, frame + UART_USB_HEAD, sizeof c->setup_packet);
        c->setup = true;
        forgotten = 1u | 1u << UART_USB_ENDPOINTS;
        break;
    case 'q':
        send(c, 'A', 0, NULL, 0);
        return;
    default:
        take_done(c, frame, size);
        return;
    }
    c->generation = frame[GENERATION];
    for (uint32_t i = 0; i < 2 * UART_USB_ENDPOINTS; i++) {
        if ((forgotten >> i & 1u) != 0) {
            forget(c, i);
        }
    }
}

/* A zero came: what lies before it is a frame if it holds together. */
static void end_frame(struct uart_usb *c)
{
    size_t length = c->used;

    if (c->sum != 0 || c->left != 0 || length <= UART_USB_HEAD || length > UART_USB_FRAME ||
        !c->attached || (!c->awake && c->frame[KIND] != 'r' && c->frame[KIND] != 'q')) {
        return;
    }
    take_frame(c, c->frame, length - UART_USB_HEAD - 1u);
    if (c->client != NULL) {
        c->client->ready(c->client->context);
    }
}

/* A byte of a frame; one that is too long is only counted. */
static void store(struct uart_usb *c, uint8_t byte)
{
    if (c->used < UART_USB_FRAME) {
        c->frame[c->used] = byte;
    }
    c->used = c->used <= UART_USB_FRAME ? (uint8_t)(c->used + 1u) : c->used;
    c->sum = (uint8_t)(c->sum + byte);
}

static void receive(struct uart_usb *c)
{
    while ((*reg(c, STATE) & STATE_RX_FULL) != 0) {
        uint8_t byte = (uint8_t)*reg(c, DATA);

        if (byte == 0) {
            end_frame(c);
            c->used = 0;
            c->sum = 0;
            c->left = 0;
            c->begun = false;
        } else if (c->left > 0) {
            store(c, byte);
            c->left--;
        } else {
            c->left = (uint8_t)(byte - 1u);
            if (c->begun) {
                store(c, 0);
            }
            c->begun = true;
        }
    }
}

void uart_usb_interrupt(struct uart_usb *c)
{
    *reg(c, INTERRUPT) = INTERRUPT_RX;
    receive(c);
}

/* What was before is over; the other end hears of it. */
static void set_attached(struct uart_usb *c, bool attached)
{
    hold(c);
    c->attached = attached;
    c->awake = false;
    c->reset = false;
    c->setup = false;
    c->done = 0;
    receive(c);      /* a byte from before would block those behind it */
    send_byte(c, 0); /* what an earlier program left unfinished ends here */
    send(c, attached ? 'A' : 'D', 0, NULL, 0);
    release(c);
}

static int attach(const struct hil_usb *usb, const struct hil_usb_client *client)
{
    struct uart_usb *c = self(usb);

    *reg(c, DIVIDER) = DIVIDER_MIN;
    *reg(c, CONTROL) = CONTROL_TX | CONTROL_RX | CONTROL_RX_IRQ;
    c->client = client;
    set_attached(c, true);
    return 0;
}

static void detach(const struct hil_usb *usb)
{
    set_attached(self(usb), false);
}

static bool find_event(struct uart_usb *c, struct hil_usb_event *event)
{
    if (c->reset) {
        c->reset = false;
        event->kind = HIL_USB_RESET;
        return true;
    }
    if (c->setup) {
        c->setup = false;
        event->kind = HIL_USB_SETUP;
        memcpy(event->setup, c->setup_packet, sizeof event->setup);
        return true;
    }
    if (c->done != 0) {
        uint32_t index = bits_lowest(c->done);
        bool in = index >= UART_USB_ENDPOINTS;

        c->done &= (uint8_t)(c->done - 1u);
        event->kind = in ? HIL_USB_IN_DONE : HIL_USB_OUT_DONE;
        event->endpoint = (uint8_t)(in ? index - UART_USB_ENDPOINTS + HIL_USB_IN : index);
        event->length = c->length[index % UART_USB_ENDPOINTS];
        return true;
    }
    return false;
}

static bool next(const struct hil_usb *usb, struct hil_usb_event *event)
{
    struct uart_usb *c = self(usb);
    bool found;

    hold(c);
    found = find_event(c, event);
    release(c);
    return found;
}

static void set_address(const struct hil_usb *usb, uint8_t address)
{
    change(usb, 'N', 0, &address, 1);
}

static int open_endpoint(const struct hil_usb *usb, uint8_t endpoint, enum hil_usb_type type,
                         uint16_t packet)
{
    const uint8_t data[2] = {(uint8_t)type, (uint8_t)packet};

    if ((endpoint & ~HIL_USB_IN) >= UART_USB_ENDPOINTS) {
        return HIL_E_UNSUPPORTED;
    }
    change(usb, 'O', endpoint, data, sizeof data);
    return 0;
}

static void close_endpoint(const struct hil_usb *usb, uint8_t endpoint)
{
    change(usb, 'C', endpoint, NULL, 0);
}

static void arm_in(const struct hil_usb *usb, uint8_t endpoint, const uint8_t *data, size_t length)
{
    change(usb, 'I', endpoint, data, length);
}

static void arm_out(const struct hil_usb *usb, uint8_t endpoint)
{
    change(usb, 'R', endpoint, NULL, 0);
}

/* The interrupt does not store a packet where none is armed. */
static size_t take(const struct hil_usb *usb, uint8_t endpoint, uint8_t *data, size_t capacity)
{
    struct uart_usb *c = self(usb);
    size_t count = 0;

    if (is_current(c, endpoint)) {
        count = c->length[endpoint] < capacity ? c->length[endpoint] : capacity;
        memcpy(data, c->packet[endpoint], count);
        c->length[endpoint] = 0;
    }
    return count;
}

static void stall(const struct hil_usb *usb, uint8_t endpoint, bool stalled)
{
    change(usb, stalled ? 'S' : 'U', endpoint, NULL, 0);
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
