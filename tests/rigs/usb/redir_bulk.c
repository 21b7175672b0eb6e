// SPDX-License-Identifier: Apache-2.0
/* Bulk and interrupt transfers, packet by packet. */
#include <stdlib.h>
#include <string.h>

#include "redir_internal.h"

void redir_tell_interfaces(struct redir_device *d)
{
    struct usb_redir_interface_info_header interfaces;
    struct usb_redir_ep_info_header endpoints;
    uint8_t current = 0;

    memset(&interfaces, 0, sizeof interfaces);
    memset(&endpoints, 0, sizeof endpoints);
    memset(endpoints.type, usb_redir_type_invalid, sizeof endpoints.type);
    endpoints.type[0] = endpoints.type[16] = usb_redir_type_control;
    endpoints.max_packet_size[0] = endpoints.max_packet_size[16] = HIL_USB_CONTROL_PACKET;
    for (size_t at = 0; at + 7 <= d->configuration_length && d->configuration[at] >= 2;
         at += d->configuration[at]) {
        const uint8_t *p = d->configuration + at;

        if (p[1] == 4 && interfaces.interface_count < 32) {
            uint32_t n = interfaces.interface_count++;

            current = p[2];
            interfaces.interface[n] = current;
            interfaces.interface_class[n] = p[5];
            interfaces.interface_subclass[n] = p[6];
            interfaces.interface_protocol[n] = p[7];
        } else if (p[1] == 5) {
            uint32_t n = ((p[2] & HIL_USB_IN) != 0 ? 16u : 0u) | (p[2] & 15u);

            endpoints.type[n] = p[3] & 3u;
            endpoints.interval[n] = p[6];
            endpoints.interface[n] = current;
            endpoints.max_packet_size[n] = (uint16_t)(p[4] | p[5] << 8);
        }
    }
    usbredirparser_send_interface_info(d->parser, &interfaces);
    usbredirparser_send_ep_info(d->parser, &endpoints);
}

void redir_end_bulk(struct redir_device *d, struct bulk **list, uint8_t status)
{
    struct bulk *b = *list;
    bool in = (b->header.endpoint & HIL_USB_IN) != 0;

    *list = b->next;
    b->header.status = status;
    b->header.length = (uint16_t)b->done;
    b->header.length_high = (uint16_t)(b->done >> 16);
    usbredirparser_send_bulk_packet(d->parser, b->id, &b->header, in ? b->data : NULL,
                                    in ? (int)b->done : 0);
    free(b->data);
    free(b);
}

/* One packet of the first transfer of an endpoint, if the device is ready for it. */
static void step_in(struct redir_device *d, uint8_t number)
{
    struct bulk *b = d->in[number];
    uint8_t packet[HIL_USB_CONTROL_PACKET];
    int count = b != NULL ? fake_in(d->usb, number, packet) : FAKE_NAK;

    if (count == FAKE_NAK) {
        return;
    }
    if (count < 0 || (size_t)count > b->length - b->done) {
        redir_end_bulk(d, &d->in[number],
                       count == FAKE_STALL ? usb_redir_stall
                       : count < 0         ? usb_redir_ioerror
                                           : usb_redir_babble);
        return;
    }
    memcpy(b->data + b->done, packet, (size_t)count);
    b->done += (size_t)count;
    if (count < (int)HIL_USB_CONTROL_PACKET || b->done == b->length) {
        redir_end_bulk(d, &d->in[number], usb_redir_success);
    }
}

static void step_out(struct redir_device *d, uint8_t number)
{
    struct bulk *b = d->out[number];
    size_t part = b != NULL ? b->length - b->done : 0;
    int count;

    part = part < HIL_USB_CONTROL_PACKET ? part : HIL_USB_CONTROL_PACKET;
    count = b != NULL ? fake_out(d->usb, number, b->data + b->done, part) : FAKE_NAK;
    if (count == FAKE_NAK) {
        return;
    }
    if (count < 0) {
        redir_end_bulk(d, &d->out[number],
                       count == FAKE_STALL ? usb_redir_stall : usb_redir_ioerror);
        return;
    }
    b->done += part;
    if (b->done == b->length) {
        redir_end_bulk(d, &d->out[number], usb_redir_success);
    }
}

static void step_interrupt(struct redir_device *d, uint8_t number)
{
    uint8_t packet[HIL_USB_CONTROL_PACKET];
    int count = d->interrupts[number] ? fake_in(d->usb, number, packet) : FAKE_NAK;

    if (count >= 0) {
        struct usb_redir_interrupt_packet_header header = {
            .endpoint = (uint8_t)(number | HIL_USB_IN), .length = (uint16_t)count};

        usbredirparser_send_interrupt_packet(d->parser, 0, &header, packet, count);
    }
}

void redir_step_bulk(struct redir_device *d)
{
    for (uint8_t i = 1; i < 16; i++) {
        step_interrupt(d, i);
        /* One packet a time: the device is told of each before the next one. */
        step_in(d, i);
        step_out(d, i);
    }
}

void redir_new_bulk(struct redir_device *d, uint64_t id,
                    const struct usb_redir_bulk_packet_header *header, const uint8_t *data,
                    size_t length)
{
    bool in = (header->endpoint & HIL_USB_IN) != 0;
    struct bulk **end = in ? &d->in[header->endpoint & 15u] : &d->out[header->endpoint & 15u];
    struct bulk *b = calloc(1, sizeof *b);

    if (b == NULL) {
        abort();
    }
    b->id = id;
    b->header = *header;
    b->length = in ? header->length | (size_t)header->length_high << 16 : length;
    b->data = calloc(1, b->length + 1);
    if (b->data == NULL) {
        abort();
    }
    if (!in && length > 0) {
        memcpy(b->data, data, length);
    }
    while (*end != NULL) {
        end = &(*end)->next;
    }
    *end = b;
}
