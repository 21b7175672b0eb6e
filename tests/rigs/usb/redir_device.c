// SPDX-License-Identifier: Apache-2.0
#include "redir_device.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "redir_internal.h"

static void *allocate(size_t size)
{
    void *memory = calloc(1, size);

    if (memory == NULL) {
        abort();
    }
    return memory;
}

static void tell_device(struct redir_device *d)
{
    const uint8_t *p = d->descriptor;
    struct usb_redir_device_connect_header header = {
        .speed = usb_redir_speed_full,
        .device_class = p[4],
        .device_subclass = p[5],
        .device_protocol = p[6],
        .vendor_id = (uint16_t)(p[8] | p[9] << 8),
        .product_id = (uint16_t)(p[10] | p[11] << 8),
        .device_version_bcd = (uint16_t)(p[12] | p[13] << 8),
    };

    redir_tell_interfaces(d);
    usbredirparser_send_device_connect(d->parser, &header);
    d->connected = true;
}

/* ---- control transfers ---- */

static struct control *queue(struct redir_device *d, enum control_kind kind, uint64_t id,
                             uint8_t type, uint8_t request, uint16_t value, uint16_t index,
                             uint16_t length)
{
    struct control *c = control_new(kind, id, type, request, value, index, length);
    struct control **end = &d->controls;

    while (*end != NULL) {
        end = &(*end)->next;
    }
    *end = c;
    return c;
}

/* A bus reset, and the address that follows each. */
static void reset_bus(struct redir_device *d)
{
    fake_reset(d->usb);
    d->address = (uint8_t)(d->address % 127 + 1);
    queue(d, CONTROL_ADDRESS, 0, 0, 5, d->address, 0, 0);
}

static void answer_control(struct redir_device *d, const struct control *c, uint8_t status)
{
    struct usb_redir_control_packet_header header = c->header;
    bool in = (c->setup[0] & 0x80u) != 0;

    header.status = status;
    header.length = status == usb_redir_success ? (uint16_t)c->done : 0;
    usbredirparser_send_control_packet(d->parser, c->id, &header,
                                       in && header.length > 0 ? c->data : NULL,
                                       in ? header.length : 0);
}

static void answer_configuration(struct redir_device *d, const struct control *c, uint8_t status)
{
    struct usb_redir_configuration_status_header header = {
        .status = status,
        .configuration = c->kind == CONTROL_CONFIGURE ? c->setup[2] : c->data[0],
    };

    if (c->kind == CONTROL_CONFIGURE) {
        redir_tell_interfaces(d);
    }
    usbredirparser_send_configuration_status(d->parser, c->id, &header);
}

static void answer_setting(struct redir_device *d, const struct control *c, uint8_t status)
{
    struct usb_redir_alt_setting_status_header header = {
        .status = status,
        .interface = c->setup[4],
        .alt = c->kind == CONTROL_SETTING ? c->setup[2] : c->data[0],
    };

    usbredirparser_send_alt_setting_status(d->parser, c->id, &header);
}

/* Steps of the enumeration: each asks for the next one. */
static void enumerate(struct redir_device *d, const struct control *c)
{
    switch (c->kind) {
    case CONTROL_DEVICE:
        memcpy(d->descriptor, c->data, sizeof d->descriptor);
        queue(d, CONTROL_HEAD, 0, 0x80, 6, 0x0200, 0, 9);
        break;
    case CONTROL_HEAD:
        queue(d, CONTROL_WHOLE, 0, 0x80, 6, 0x0200, 0, (uint16_t)(c->data[2] | c->data[3] << 8));
        break;
    case CONTROL_WHOLE:
        d->configuration_length = c->done < sizeof d->configuration ? c->done : 0;
        memcpy(d->configuration, c->data, d->configuration_length);
        tell_device(d);
        break;
    default:
        break;
    }
}

static void end_control(struct redir_device *d, uint8_t status)
{
    struct control *c = d->controls;

    d->controls = c->next;
    switch (c->kind) {
    case CONTROL_PEER:
        answer_control(d, c, status);
        break;
    case CONTROL_CONFIGURE:
    case CONTROL_CONFIGURATION:
        answer_configuration(d, c, status);
        break;
    case CONTROL_SETTING:
    case CONTROL_GET_SETTING:
        answer_setting(d, c, status);
        break;
    case CONTROL_ADDRESS:
        if (status != usb_redir_success || d->usb->address != d->address) {
            fprintf(stderr, "usb: the device has address %u instead of %u\n", d->usb->address,
                    d->address);
            d->usb->broken++;
            d->usb->breach = "the address is not the one that was set";
        }
        break;
    default:
        if (status == usb_redir_success) {
            enumerate(d, c);
        } else {
            fprintf(stderr, "usb: the device does not give its descriptors\n");
        }
        break;
    }
    control_free(c);
}

/* ---- the device comes and goes ---- */

static void drop_transfers(struct redir_device *d)
{
    while (d->controls != NULL) {
        struct control *c = d->controls;

        d->controls = c->next;
        if (c->kind == CONTROL_PEER) {
            answer_control(d, c, usb_redir_cancelled);
        }
        control_free(c);
    }
    for (uint8_t i = 0; i < 16; i++) {
        while (d->in[i] != NULL) {
            redir_end_bulk(d, &d->in[i], usb_redir_cancelled);
        }
        while (d->out[i] != NULL) {
            redir_end_bulk(d, &d->out[i], usb_redir_cancelled);
        }
        d->interrupts[i] = false;
    }
}

static void come_and_go(struct redir_device *d)
{
    bool there = d->usb->attached && !d->unplugged;

    if (d->connected && !there) {
        drop_transfers(d);
        d->connected = false;
        usbredirparser_send_device_disconnect(d->parser);
    }
    if (!there) {
        drop_transfers(d);
    } else if (!d->connected && d->controls == NULL) {
        reset_bus(d);
        queue(d, CONTROL_DEVICE, 0, 0x80, 6, 0x0100, 0, 18);
    }
}

void redir_device_work(struct redir_device *d)
{
    if (d->peer < 0 || !d->hello) {
        return;
    }
    come_and_go(d);
    while (d->controls != NULL) {
        int status = control_step(d->controls, d->usb);

        if (status == CONTROL_WAITS) {
            break;
        }
        end_control(d, (uint8_t)status);
    }
    redir_step_bulk(d);
    if (usbredirparser_has_data_to_write(d->parser) > 0 &&
        usbredirparser_do_write(d->parser) != 0) {
        d->broken = true;
    }
}

void redir_device_cable(struct redir_device *d, bool in)
{
    d->unplugged = !in;
    redir_device_work(d);
}

/* ---- what the peer asks for ---- */

static void on_hello(void *context, struct usb_redir_hello_header *hello)
{
    struct redir_device *d = context;

    (void)hello;
    d->hello = true;
}

static void on_reset(void *context)
{
    struct redir_device *d = context;

    drop_transfers(d);
    reset_bus(d);
}

static void on_configure(void *context, uint64_t id,
                         struct usb_redir_set_configuration_header *header)
{
    queue(context, CONTROL_CONFIGURE, id, 0, 9, header->configuration, 0, 0);
}

static void on_configuration(void *context, uint64_t id)
{
    queue(context, CONTROL_CONFIGURATION, id, 0x80, 8, 0, 0, 1);
}

static void on_setting(void *context, uint64_t id, struct usb_redir_set_alt_setting_header *header)
{
    queue(context, CONTROL_SETTING, id, 1, 11, header->alt, header->interface, 0);
}

static void on_get_setting(void *context, uint64_t id,
                           struct usb_redir_get_alt_setting_header *header)
{
    queue(context, CONTROL_GET_SETTING, id, 0x81, 10, 0, header->interface, 1);
}

static void interrupts(struct redir_device *d, uint64_t id, uint8_t endpoint, bool on)
{
    struct usb_redir_interrupt_receiving_status_header status = {.status = usb_redir_success,
                                                                 .endpoint = endpoint};

    d->interrupts[endpoint & 15u] = on;
    usbredirparser_send_interrupt_receiving_status(d->parser, id, &status);
}

static void on_interrupts(void *context, uint64_t id,
                          struct usb_redir_start_interrupt_receiving_header *header)
{
    interrupts(context, id, header->endpoint, true);
}

static void on_no_interrupts(void *context, uint64_t id,
                             struct usb_redir_stop_interrupt_receiving_header *header)
{
    interrupts(context, id, header->endpoint, false);
}

static void on_control(void *context, uint64_t id, struct usb_redir_control_packet_header *header,
                       uint8_t *data, int length)
{
    struct redir_device *d = context;
    struct control *c = queue(d, CONTROL_PEER, id, header->requesttype, header->request,
                              header->value, header->index, header->length);

    c->header = *header;
    if (data != NULL && (header->requesttype & 0x80u) == 0) {
        memcpy(c->data, data, (size_t)length < header->length ? (size_t)length : header->length);
    }
    usbredirparser_free_packet_data(d->parser, data);
}

static void on_bulk(void *context, uint64_t id, struct usb_redir_bulk_packet_header *header,
                    uint8_t *data, int length)
{
    struct redir_device *d = context;

    redir_new_bulk(d, id, header, data, (size_t)length);
    usbredirparser_free_packet_data(d->parser, data);
}

static bool cancel_bulk(struct redir_device *d, struct bulk **list, uint64_t id)
{
    for (; *list != NULL; list = &(*list)->next) {
        if ((*list)->id == id) {
            redir_end_bulk(d, list, usb_redir_cancelled);
            return true;
        }
    }
    return false;
}

static void on_cancel(void *context, uint64_t id)
{
    struct redir_device *d = context;

    for (uint8_t i = 1; i < 16; i++) {
        if (cancel_bulk(d, &d->in[i], id) || cancel_bulk(d, &d->out[i], id)) {
            return;
        }
    }
    for (struct control **list = &d->controls; *list != NULL; list = &(*list)->next) {
        struct control *c = *list;

        if (c->kind == CONTROL_PEER && c->id == id) {
            *list = c->next;
            answer_control(d, c, usb_redir_cancelled);
            control_free(c);
            return;
        }
    }
}

static void on_filter(void *context, struct usbredirfilter_rule *rules, int count)
{
    (void)context;
    (void)count;
    free(rules);
}

static void on_nothing(void *context)
{
    (void)context;
}

/* ---- the socket ---- */

static int read_peer(void *context, uint8_t *data, int length)
{
    const struct redir_device *d = context;
    ssize_t count = read(d->peer, data, (size_t)length);

    if (count < 0) {
        return errno == EAGAIN || errno == EINTR ? 0 : -1;
    }
    return count > 0 ? (int)count : -1;
}

static int write_peer(void *context, uint8_t *data, int length)
{
    const struct redir_device *d = context;
    ssize_t count = send(d->peer, data, (size_t)length, MSG_NOSIGNAL);

    if (count < 0) {
        return errno == EAGAIN || errno == EINTR ? 0 : -1;
    }
    return (int)count;
}

static void log_peer(void *context, int level, const char *message)
{
    (void)context;
    if (level <= usbredirparser_warning) {
        fprintf(stderr, "usbredir: %s\n", message);
    }
}

static void new_peer(struct redir_device *d)
{
    static const int wanted[] = {
        usb_redir_cap_connect_device_version,
        usb_redir_cap_filter,
        usb_redir_cap_device_disconnect_ack,
        usb_redir_cap_ep_info_max_packet_size,
        usb_redir_cap_64bits_ids,
        usb_redir_cap_32bits_bulk_length,
    };
    uint32_t caps[USB_REDIR_CAPS_SIZE] = {0};
    struct usbredirparser *p = usbredirparser_create();

    if (p == NULL) {
        abort();
    }
    p->priv = d;
    p->log_func = log_peer;
    p->read_func = read_peer;
    p->write_func = write_peer;
    p->hello_func = on_hello;
    p->reset_func = on_reset;
    p->set_configuration_func = on_configure;
    p->get_configuration_func = on_configuration;
    p->set_alt_setting_func = on_setting;
    p->get_alt_setting_func = on_get_setting;
    p->start_interrupt_receiving_func = on_interrupts;
    p->stop_interrupt_receiving_func = on_no_interrupts;
    p->control_packet_func = on_control;
    p->bulk_packet_func = on_bulk;
    p->cancel_data_packet_func = on_cancel;
    p->device_disconnect_ack_func = on_nothing;
    p->filter_reject_func = on_nothing;
    p->filter_filter_func = on_filter;
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        usbredirparser_caps_set_cap(caps, wanted[i]);
    }
    usbredirparser_init(p, "gantry", caps, USB_REDIR_CAPS_SIZE, usbredirparser_fl_usb_host);
    d->parser = p;
    d->hello = false;
    d->connected = false;
    d->broken = false;
}

static void drop_peer(struct redir_device *d)
{
    drop_transfers(d);
    usbredirparser_destroy(d->parser);
    close(d->peer);
    d->peer = -1;
    d->connected = false;
}

struct redir_device *redir_device_listen(const char *path, struct fake_usb *usb)
{
    struct redir_device *d = allocate(sizeof *d);
    struct sockaddr_un name = {.sun_family = AF_UNIX};

    d->usb = usb;
    d->peer = -1;
    d->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    snprintf(name.sun_path, sizeof name.sun_path, "%s", path);
    unlink(path);
    if (d->listener < 0 || bind(d->listener, (struct sockaddr *)&name, sizeof name) != 0 ||
        listen(d->listener, 1) != 0) {
        perror(path);
        exit(2);
    }
    return d;
}

void redir_device_poll(const struct redir_device *d, struct pollfd polls[REDIR_DEVICE_POLLS])
{
    bool writes = d->peer >= 0 && usbredirparser_has_data_to_write(d->parser) > 0;

    /* The next host has to wait until this one has gone. */
    polls[0] = (struct pollfd){.fd = d->peer < 0 ? d->listener : -1, .events = POLLIN};
    polls[1] = (struct pollfd){.fd = d->peer, .events = (short)(POLLIN | (writes ? POLLOUT : 0))};
}

void redir_device_serve(struct redir_device *d, const struct pollfd polls[REDIR_DEVICE_POLLS])
{
    if (d->peer < 0 && (polls[0].revents & POLLIN) != 0) {
        d->peer = accept4(d->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (d->peer >= 0) {
            new_peer(d);
        }
    } else if (d->peer >= 0 && (polls[1].revents & (POLLIN | POLLHUP)) != 0 &&
               usbredirparser_do_read(d->parser) == usbredirparser_read_io_error) {
        d->broken = true;
    }
    if (d->peer >= 0 && usbredirparser_has_data_to_write(d->parser) > 0 &&
        usbredirparser_do_write(d->parser) != 0) {
        d->broken = true;
    }
    if (d->peer >= 0 && d->broken) {
        drop_peer(d);
    }
    redir_device_work(d);
}
