// SPDX-License-Identifier: Apache-2.0
#include "usb_fake.h"

#include <string.h>

#include <hil/error.h>

enum { PATIENCE = 8 };

static struct fake_usb *self(const struct hil_usb *usb)
{
    return (struct fake_usb *)(uintptr_t)usb;
}

static void breach(struct fake_usb *fake, const char *what)
{
    fake->broken++;
    fake->breach = what;
}

static struct fake_endpoint *endpoint_of(struct fake_usb *fake, uint8_t endpoint)
{
    if ((endpoint & 0x70u) != 0) {
        breach(fake, "an endpoint's address has bits that it must not have");
    }
    return (endpoint & HIL_USB_IN) != 0 ? &fake->in[endpoint & 15u] : &fake->out[endpoint & 15u];
}

/* Whether a call has no effect, since something newer waits to be fetched. */
static bool overtaken(const struct fake_usb *fake, uint8_t endpoint)
{
    return !fake->attached || fake->reset || (fake->setup && (endpoint & 15u) == 0);
}

static void fresh(struct fake_endpoint *e)
{
    e->stalled = false;
    e->armed = false;
    e->done = false;
    e->filled = false;
    e->data1 = false;
}

static int attach(const struct hil_usb *usb, const struct hil_usb_client *client)
{
    (void)client;
    if (self(usb)->attached) {
        breach(self(usb), "attached twice");
    }
    self(usb)->attached = true;
    return 0;
}

static void detach(const struct hil_usb *usb)
{
    struct fake_usb *fake = self(usb);

    fake->attached = false;
    fake->reset = false;
    fake->setup = false;
}

static bool next_of(struct fake_endpoint *table, enum hil_usb_event_kind kind, uint8_t direction,
                    struct hil_usb_event *event)
{
    for (uint8_t n = 0; n < 16; n++) {
        struct fake_endpoint *e = &table[n];

        if (e->done) {
            e->done = false;
            *event = (struct hil_usb_event){.kind = kind,
                                            .endpoint = (uint8_t)(n | direction),
                                            .length = direction != 0 ? 0 : (uint16_t)e->length};
            return true;
        }
    }
    return false;
}

static bool next(const struct hil_usb *usb, struct hil_usb_event *event)
{
    struct fake_usb *fake = self(usb);

    if (!fake->attached) {
        return false;
    }
    if (fake->reset) {
        fake->reset = false;
        *event = (struct hil_usb_event){.kind = HIL_USB_RESET};
        return true;
    }
    if (fake->suspend) {
        fake->suspend = false;
        *event = (struct hil_usb_event){.kind = HIL_USB_SUSPEND};
        return true;
    }
    if (fake->resume) {
        fake->resume = false;
        *event = (struct hil_usb_event){.kind = HIL_USB_RESUME};
        return true;
    }
    if (fake->setup) {
        fake->setup = false;
        *event = (struct hil_usb_event){.kind = HIL_USB_SETUP};
        memcpy(event->setup, fake->setup_packet, sizeof event->setup);
        return true;
    }
    return next_of(fake->in, HIL_USB_IN_DONE, HIL_USB_IN, event) ||
           next_of(fake->out, HIL_USB_OUT_DONE, 0, event);
}

static void set_address(const struct hil_usb *usb, uint8_t address)
{
    struct fake_usb *fake = self(usb);

    if (overtaken(fake, 0)) {
        return;
    }
    if (address > 127) {
        breach(fake, "an address above 127");
    }
    fake->next_address = address;
    fake->address_due = true;
}

static int open_endpoint(const struct hil_usb *usb, uint8_t endpoint, enum hil_usb_type type,
                         uint16_t packet)
{
    struct fake_usb *fake = self(usb);
    struct fake_endpoint *e = endpoint_of(fake, endpoint);

    if (overtaken(fake, endpoint)) {
        return 0;
    }
    if ((endpoint & 15u) == 0 || packet < 8 || packet > HIL_USB_CONTROL_PACKET ||
        (type != HIL_USB_BULK && type != HIL_USB_INTERRUPT)) {
        breach(fake, "open() with what it does not take");
        return HIL_E_UNSUPPORTED;
    }
    if (((uint32_t)fake->refuse >> (endpoint & 15u) & 1u) != 0) {
        return HIL_E_UNSUPPORTED;
    }
    fresh(e);
    e->open = true;
    e->type = type;
    e->packet = packet;
    return 0;
}

static void close_endpoint(const struct hil_usb *usb, uint8_t endpoint)
{
    struct fake_endpoint *e = endpoint_of(self(usb), endpoint);

    if (overtaken(self(usb), endpoint)) {
        return;
    }
    if ((endpoint & 15u) == 0) {
        breach(self(usb), "endpoint 0 closed");
    }
    fresh(e);
    e->open = false;
}

static void arm_in(const struct hil_usb *usb, uint8_t endpoint, const uint8_t *data, size_t length)
{
    struct fake_usb *fake = self(usb);
    struct fake_endpoint *e = endpoint_of(fake, endpoint);

    if ((endpoint & HIL_USB_IN) == 0) {
        breach(fake, "arm_in() of an OUT endpoint");
    }
    if (overtaken(fake, endpoint) || !e->open || e->stalled) {
        return;
    }
    if (e->armed) {
        breach(fake, "arm_in() of an armed endpoint");
    }
    if (length > e->packet || (data == NULL && length > 0)) {
        breach(fake, "arm_in() with too much");
        return;
    }
    if (length > 0) {
        memcpy(e->data, data, length);
    }
    e->length = length;
    e->armed = true;
}

static void arm_out(const struct hil_usb *usb, uint8_t endpoint)
{
    struct fake_usb *fake = self(usb);
    struct fake_endpoint *e = endpoint_of(fake, endpoint);

    if ((endpoint & HIL_USB_IN) != 0) {
        breach(fake, "arm_out() of an IN endpoint");
    }
    if (overtaken(fake, endpoint) || !e->open || e->stalled) {
        return;
    }
    if (e->armed) {
        breach(fake, "arm_out() of an armed endpoint");
    }
    if (e->done) {
        breach(fake, "arm_out() before the last packet's event was fetched");
    }
    e->armed = true;
    e->filled = false;
}

static size_t take(const struct hil_usb *usb, uint8_t endpoint, uint8_t *data, size_t capacity)
{
    struct fake_usb *fake = self(usb);
    struct fake_endpoint *e = endpoint_of(fake, endpoint);
    size_t count;

    if (overtaken(fake, endpoint) || !e->filled) {
        return 0;
    }
    count = e->length < capacity ? e->length : capacity;
    if (count > 0) {
        memcpy(data, e->data, count);
    }
    e->filled = false;
    return count;
}

static void stall(const struct hil_usb *usb, uint8_t endpoint, bool stalled)
{
    struct fake_usb *fake = self(usb);
    struct fake_endpoint *e = endpoint_of(fake, endpoint);

    if (overtaken(fake, endpoint)) {
        return;
    }
    if (endpoint == 0) {
        fake->in[0].stalled = stalled;
        fake->out[0].stalled = stalled;
        return;
    }
    if (!e->open) {
        breach(fake, "stall() of a closed endpoint");
    }
    fresh(e);
    e->stalled = stalled;
}

void fake_init(struct fake_usb *fake)
{
    memset(fake, 0, sizeof *fake);
    fake->usb = (struct hil_usb){
        .endpoints = 15,
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

void fake_reset(struct fake_usb *fake)
{
    memset(fake->in, 0, sizeof fake->in);
    memset(fake->out, 0, sizeof fake->out);
    fake->in[0].open = true;
    fake->in[0].packet = HIL_USB_CONTROL_PACKET;
    fake->out[0] = fake->in[0];
    fake->reset = fake->attached;
    fake->setup = false;
    fake->suspend = false;
    fake->resume = false;
    fake->address = 0;
    fake->address_due = false;
}

void fake_setup(struct fake_usb *fake, const uint8_t packet[8])
{
    fresh(&fake->in[0]);
    fresh(&fake->out[0]);
    fake->in[0].data1 = true;
    fake->out[0].data1 = true;
    fake->address_due = false;
    fake->setup = fake->attached;
    memcpy(fake->setup_packet, packet, sizeof fake->setup_packet);
}

int fake_out(struct fake_usb *fake, uint8_t number, const void *data, size_t length)
{
    struct fake_endpoint *e = &fake->out[number];

    if (!fake->attached || !e->open || length > e->packet) {
        return FAKE_NOTHING;
    }
    if (e->stalled) {
        return FAKE_STALL;
    }
    if (!e->armed) {
        return FAKE_NAK;
    }
    if (length > 0) {
        memcpy(e->data, data, length);
    }
    e->length = length;
    e->armed = false;
    e->done = true;
    e->filled = true;
    e->data1 = !e->data1;
    return (int)length;
}

int fake_in(struct fake_usb *fake, uint8_t number, void *data)
{
    struct fake_endpoint *e = &fake->in[number];

    if (!fake->attached || !e->open) {
        return FAKE_NOTHING;
    }
    if (e->stalled) {
        return FAKE_STALL;
    }
    if (!e->armed) {
        return FAKE_NAK;
    }
    if (e->length > 0) {
        memcpy(data, e->data, e->length);
    }
    e->armed = false;
    e->done = true;
    e->data1 = !e->data1;
    if (number == 0 && fake->address_due) {
        fake->address_due = false;
        fake->address = fake->next_address;
    }
    return (int)e->length;
}

/* Asks again while the device answers NAK. */
static int in_patiently(struct fake_usb *fake, void (*step)(void *), void *context, void *data)
{
    int count = FAKE_NAK;

    for (int i = 0; i < PATIENCE && count == FAKE_NAK; i++) {
        step(context);
        count = fake_in(fake, 0, data);
    }
    return count;
}

static int out_patiently(struct fake_usb *fake, void (*step)(void *), void *context,
                         const void *data, size_t length)
{
    int count = FAKE_NAK;

    for (int i = 0; i < PATIENCE && count == FAKE_NAK; i++) {
        step(context);
        count = fake_out(fake, 0, data, length);
    }
    return count;
}

int fake_control(struct fake_usb *fake, void (*step)(void *context), void *context,
                 const uint8_t setup[8], void *data)
{
    size_t length = (size_t)(setup[6] | setup[7] << 8);
    bool in = (setup[0] & 0x80u) != 0;
    uint8_t packet[HIL_USB_CONTROL_PACKET];
    uint8_t *at = data;
    size_t done = 0;
    int count = HIL_USB_CONTROL_PACKET;

    fake_setup(fake, setup);
    while (done < length && count == (int)HIL_USB_CONTROL_PACKET) {
        size_t part = length - done < sizeof packet ? length - done : sizeof packet;

        count = in ? in_patiently(fake, step, context, packet)
                   : out_patiently(fake, step, context, at + done, part);
        if (count < 0) {
            return count;
        }
        if (in && (size_t)count > length - done) {
            breach(fake, "more data than the host asked for");
            return FAKE_NOTHING;
        }
        if (in && count > 0) {
            memcpy(at + done, packet, (size_t)count);
        }
        done += (size_t)count;
    }
    count = in && length > 0 ? out_patiently(fake, step, context, NULL, 0)
                             : in_patiently(fake, step, context, packet);
    if (count < 0) {
        return count;
    }
    step(context);
    return (int)done;
}
