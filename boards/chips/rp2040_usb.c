// SPDX-License-Identifier: Apache-2.0
/*
 * What happened stays in the controller's own registers until next() asks; the interrupt only says
 * that something is there. Two things cannot wait for the caller's loop and are done in the
 * interrupt: a bus reset, and the new address, which counts from the end of the status stage on.
 *
 * A buffer is the controller's from the moment AVAILABLE is set until it clears it. The bit is set
 * in a write of its own, some cycles after the others, since it crosses to the clock of the bus
 * (4.1.2.5.1).
 */
#include <chips/rp2040_usb.h>

#include <hil/error.h>

#include "rp2040.h"

/* Registers (4.1.4) and their bits. */
#define ADDRESS      RP2040_REG(RP2040_USB + 0x00u)
#define MAIN_CTRL    RP2040_REG(RP2040_USB + 0x40u)
#define SIE_CTRL     (RP2040_USB + 0x4Cu)
#define SIE_STATUS   RP2040_REG(RP2040_USB + 0x50u)
#define BUFF_STATUS  RP2040_REG(RP2040_USB + 0x58u)
#define EP_ABORT     (RP2040_USB + 0x60u)
#define ABORT_DONE   RP2040_REG(RP2040_USB + 0x64u)
#define STALL_ARM    RP2040_REG(RP2040_USB + 0x68u)
#define MUXING       RP2040_REG(RP2040_USB + 0x74u)
#define POWER        RP2040_REG(RP2040_USB + 0x78u)
#define INT_ENABLE   RP2040_REG(RP2040_USB + 0x90u)
#define SIE_PULL_UP  (1u << 16)
#define SIE_EP0_INT  (1u << 29)
#define STATUS_RESET (1u << 19)
#define STATUS_SETUP (1u << 17)
#define STATUS_WAKE  (1u << 11)
#define STATUS_SLEEP (1u << 4)
#define INT_SETUP    (1u << 16)
#define INT_WAKE     (1u << 15)
#define INT_SLEEP    (1u << 14)
#define INT_RESET    (1u << 12)
#define INT_BUFFER   (1u << 4)
#define INT_ALL      (INT_SETUP | INT_WAKE | INT_SLEEP | INT_RESET | INT_BUFFER)
#define CHIP_ID      RP2040_REG(0x40000000u) /* SYSINFO (2.20) */
#define REVISION     (CHIP_ID >> 28)         /* 1: B0 and B1; 2: B2 */
#define TO_PHY       (1u << 0)
#define SOFT_CONNECT (1u << 3)
#define VBUS_IS_ON   ((1u << 3) | (1u << 2)) /* the board has no pin to sense it with */
#define STALL_EP0    3u

/* Memory (4.1.2.4): a control word for each endpoint but 0, a buffer word for each, the buffers. */
#define ENDPOINT_WORD(at) RP2040_REG(RP2040_USB_DPRAM + 4u * (at))
#define BUFFER_WORD(at)   RP2040_REG(RP2040_USB_DPRAM + 0x80u + 4u * (at))
#define EP_ENABLE         (1u << 31)
#define EP_INTERRUPT      (1u << 29)
#define EP_TYPE(type)     ((uint32_t)(type) << 26)
#define BUFFER_FULL       (1u << 15)
#define BUFFER_DATA1      (1u << 13)
#define BUFFER_STALL      (1u << 11)
#define BUFFER_AVAILABLE  (1u << 10)
#define BUFFER_LENGTH     0x3FFu

enum {
    EP0_BUFFER = 0x100,
    BUFFERS = 0x180,
    BUFFER_SIZE = 64,
    ENDPOINTS = 16,
    PLACES = 2 * ENDPOINTS, /* of an endpoint 2 n for IN and 2 n + 1 for OUT, as in BUFF_STATUS */
    CROSSING_TURNS = 4,     /* of an empty loop: more than the 12 cycles that the clocks need */
    SETUP_SIZE = 8
};

#define PLACE_EP0_IN 0u
#define PLACES_EP0   3u /* bits of both */

static const struct hil_usb_client *client;
static uint32_t data1;            /* a bit for each place: its next packet is DATA1 */
static volatile bool was_reset;   /* an event that waits */
static volatile bool fell_asleep; /* likewise */
static volatile bool woke_up;
static volatile bool address_waits; /* for the end of the status stage */
static volatile uint8_t address;

static uint32_t place_of(uint8_t endpoint)
{
    return 2u * (endpoint & 15u) + ((endpoint & HIL_USB_IN) != 0 ? 0 : 1u);
}

static uint32_t bit_of(uint32_t place)
{
    return (uint32_t)1 << place;
}

static uint32_t buffer_offset(uint32_t place)
{
    return place < 2 ? (uint32_t)EP0_BUFFER : BUFFERS + BUFFER_SIZE * (place - 2);
}

static volatile uint8_t *buffer_of(uint32_t place)
{
    return (volatile uint8_t *)(uintptr_t)(RP2040_USB_DPRAM + buffer_offset(place));
}

static void hold(void)
{
    NVIC_DISABLE = 1u << RP2040_IRQ_USB;
    (void)NVIC_DISABLE;
}

static void let_go(void)
{
    NVIC_ENABLE = 1u << RP2040_IRQ_USB;
}

/* Held. Whether an endpoint may be worked on: nothing newer waits that would undo it. */
static bool is_current(uint32_t place)
{
    if (was_reset || (SIE_STATUS & STATUS_RESET) != 0) {
        return false;
    }
    return place >= 2 || (SIE_STATUS & STATUS_SETUP) == 0;
}

/*
 * Takes a buffer back from the controller, which may be using it, and forgets its packet. Before
 * revision B2 an abort never ends (erratum RP2040-E2): there a packet that is on the wire at that
 * moment may go wrong, and the host asks for it again.
 */
static void unarm(uint32_t place)
{
    if (REVISION > 1 && (BUFFER_WORD(place) & BUFFER_AVAILABLE) != 0) {
        RP2040_SET(EP_ABORT) = bit_of(place);
        while ((ABORT_DONE & bit_of(place)) == 0) {
        }
        BUFFER_WORD(place) = 0;
        ABORT_DONE = bit_of(place);
        RP2040_CLEAR(EP_ABORT) = bit_of(place);
    }
    BUFFER_WORD(place) = 0;
    BUFF_STATUS = bit_of(place);
}

/* Hands a buffer to the controller: length to send, or most to receive. */
static void arm(uint32_t place, uint32_t length, uint32_t full)
{
    uint32_t word = length | full | ((data1 & bit_of(place)) != 0 ? BUFFER_DATA1 : 0);

    BUFFER_WORD(place) = word;
    for (volatile uint32_t i = 0; i < CROSSING_TURNS; i++) {
    }
    BUFFER_WORD(place) = word | BUFFER_AVAILABLE;
    data1 ^= bit_of(place);
    if (!is_current(place)) {
        unarm(place); /* a SETUP came in between */
    }
}

/* The state after a bus reset. */
static void start_over(void)
{
    ADDRESS = 0;
    address_waits = false;
    data1 = 0;
    STALL_ARM = 0;
    for (uint32_t place = 0; place < PLACES; place++) {
        if (place >= 2) {
            ENDPOINT_WORD(place) = 0;
        }
        BUFFER_WORD(place) = 0;
    }
    BUFF_STATUS = UINT32_MAX;
}

/* The status stage of SET_ADDRESS has ended: the host uses the new address from now on. */
static void take_address(void)
{
    if (address_waits && (BUFF_STATUS & bit_of(PLACE_EP0_IN)) != 0) {
        ADDRESS = address;
        address_waits = false;
    }
}

void rp2040_usb_interrupt(void)
{
    uint32_t status = SIE_STATUS;

    if ((status & STATUS_RESET) != 0) {
        /* A SETUP that waits as well came after it: there is none while the bus is reset. */
        SIE_STATUS = STATUS_RESET;
        start_over();
        was_reset = true;
        fell_asleep = false;
        woke_up = false;
    }
    if ((status & (STATUS_SLEEP | STATUS_WAKE)) != 0) {
        SIE_STATUS = status & (STATUS_SLEEP | STATUS_WAKE);
        fell_asleep = (status & STATUS_SLEEP) != 0;
        woke_up = (status & STATUS_WAKE) != 0;
    }
    take_address();
    /* The rest waits in its registers, and says so no more until it is asked for. */
    if (BUFF_STATUS != 0 || (SIE_STATUS & STATUS_SETUP) != 0) {
        INT_ENABLE = INT_ALL & ~(INT_SETUP | INT_BUFFER);
    }
    if (client != NULL) {
        client->ready(client->context);
    }
}

static int attach(const struct hil_usb *usb, const struct hil_usb_client *told)
{
    (void)usb;
    hold();
    client = told;
    rp2040_reset_blocks(1u << RP2040_RESET_USB);
    start_over();
    was_reset = false;
    fell_asleep = false;
    woke_up = false;
    MUXING = TO_PHY | SOFT_CONNECT;
    POWER = VBUS_IS_ON;
    MAIN_CTRL = 1;
    RP2040_REG(SIE_CTRL) = SIE_EP0_INT;
    INT_ENABLE = INT_ALL;
    RP2040_SET(SIE_CTRL) = SIE_PULL_UP;
    let_go();
    return 0;
}

static void detach(const struct hil_usb *usb)
{
    (void)usb;
    hold();
    INT_ENABLE = 0;
    RP2040_CLEAR(SIE_CTRL) = SIE_PULL_UP;
    MAIN_CTRL = 0;
    start_over();
    SIE_STATUS = STATUS_RESET | STATUS_SETUP;
    was_reset = false;
    fell_asleep = false;
    woke_up = false;
    client = NULL;
}

/* Held. The packet is read after the mark was cleared: one that replaces it sets the mark again. */
static void take_setup(struct hil_usb_event *event)
{
    const volatile uint8_t *packet = (const volatile uint8_t *)(uintptr_t)RP2040_USB_DPRAM;

    event->kind = HIL_USB_SETUP;
    do {
        SIE_STATUS = STATUS_SETUP;
        for (uint32_t i = 0; i < SETUP_SIZE; i++) {
            event->setup[i] = packet[i];
        }
    } while ((SIE_STATUS & STATUS_SETUP) != 0);
    address_waits = false;
    for (uint32_t place = 0; place < 2; place++) {
        unarm(place);
    }
    data1 |= PLACES_EP0;
}

/* Held. Of several buffers that are done the lowest. */
static bool take_buffer(struct hil_usb_event *event)
{
    uint32_t done = BUFF_STATUS;
    uint32_t place = 0;

    if (done == 0) {
        return false;
    }
    while ((done & bit_of(place)) == 0) {
        place++;
    }
    take_address();
    BUFF_STATUS = bit_of(place);
    event->endpoint = (uint8_t)(place / 2u);
    if (place % 2u == 0) {
        event->kind = HIL_USB_IN_DONE;
        event->endpoint |= HIL_USB_IN;
    } else {
        event->kind = HIL_USB_OUT_DONE;
        event->length = (uint16_t)(BUFFER_WORD(place) & BUFFER_LENGTH);
    }
    return true;
}

/* Held. */
static bool fetch(struct hil_usb_event *event)
{
    if (was_reset) {
        was_reset = false;
        event->kind = HIL_USB_RESET;
    } else if ((SIE_STATUS & STATUS_SETUP) != 0) {
        take_setup(event);
    } else if (take_buffer(event)) {
        return true;
    } else if (fell_asleep) {
        fell_asleep = false;
        event->kind = HIL_USB_SUSPEND;
    } else if (woke_up) {
        woke_up = false;
        event->kind = HIL_USB_RESUME;
    } else {
        return false;
    }
    return true;
}

static bool next(const struct hil_usb *usb, struct hil_usb_event *event)
{
    bool found = false;

    (void)usb;
    hold();
    /* With a reset in the register its interrupt comes first, and this is asked again. */
    if ((SIE_STATUS & STATUS_RESET) == 0) {
        found = fetch(event);
    }
    /* What still waits interrupts again: whoever asked may be about to sleep. */
    INT_ENABLE = MAIN_CTRL != 0 ? INT_ALL : 0;
    let_go();
    return found;
}

static void set_address(const struct hil_usb *usb, uint8_t value)
{
    (void)usb;
    hold();
    if (is_current(PLACE_EP0_IN)) {
        address = value;
        address_waits = true;
    }
    let_go();
}

static int open_endpoint(const struct hil_usb *usb, uint8_t endpoint, enum hil_usb_type type,
                         uint16_t packet)
{
    uint32_t place = place_of(endpoint);

    (void)usb;
    if (place < 2 || packet > BUFFER_SIZE) {
        return HIL_E_UNSUPPORTED;
    }
    hold();
    if (is_current(place)) {
        unarm(place);
        data1 &= ~bit_of(place);
        ENDPOINT_WORD(place) = EP_ENABLE | EP_INTERRUPT | EP_TYPE(type) | buffer_offset(place);
    }
    let_go();
    return 0;
}

static void close_endpoint(const struct hil_usb *usb, uint8_t endpoint)
{
    uint32_t place = place_of(endpoint);

    (void)usb;
    hold();
    if (is_current(place) && place >= 2) {
        unarm(place);
        ENDPOINT_WORD(place) = 0;
    }
    let_go();
}

static void arm_in(const struct hil_usb *usb, uint8_t endpoint, const uint8_t *data, size_t length)
{
    uint32_t place = place_of(endpoint);
    volatile uint8_t *buffer = buffer_of(place);

    (void)usb;
    hold();
    if (is_current(place)) {
        for (size_t i = 0; i < length && i < BUFFER_SIZE; i++) {
            buffer[i] = data[i];
        }
        arm(place, (uint32_t)length, BUFFER_FULL);
    }
    let_go();
}

static void arm_out(const struct hil_usb *usb, uint8_t endpoint)
{
    uint32_t place = place_of(endpoint);

    (void)usb;
    hold();
    if (is_current(place)) {
        arm(place, BUFFER_SIZE, 0);
    }
    let_go();
}

static size_t take(const struct hil_usb *usb, uint8_t endpoint, uint8_t *data, size_t capacity)
{
    uint32_t place = place_of(endpoint);
    const volatile uint8_t *buffer = buffer_of(place);
    size_t length = 0;

    (void)usb;
    hold();
    if (is_current(place)) {
        length = BUFFER_WORD(place) & BUFFER_LENGTH;
        length = length < capacity ? length : capacity;
        for (size_t i = 0; i < length; i++) {
            data[i] = buffer[i];
        }
    }
    let_go();
    return length;
}

static void stall(const struct hil_usb *usb, uint8_t endpoint, bool stalled)
{
    uint32_t place = place_of(endpoint);

    (void)usb;
    hold();
    if (is_current(place) && (endpoint & 15u) != 0) {
        unarm(place);
        BUFFER_WORD(place) = stalled ? BUFFER_STALL : 0;
        data1 &= ~bit_of(place);
    } else if (is_current(place) && stalled) {
        /* On endpoint 0 the bit counts only while it is armed, which the next SETUP ends. */
        unarm(0);
        unarm(1);
        STALL_ARM = STALL_EP0;
        BUFFER_WORD(0) = BUFFER_STALL;
        BUFFER_WORD(1) = BUFFER_STALL;
    }
    let_go();
}

const struct hil_usb rp2040_usb = {
    .endpoints = ENDPOINTS - 1,
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
