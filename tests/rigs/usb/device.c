// SPDX-License-Identifier: Apache-2.0
#include "device.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <usbredirparser.h>

#include "composite.h"

enum {
    ENDPOINTS = 16,
    PACKET = 64,
    TRANSFER_MAX = 65536,
    TICK_MS = 5,
    AWAY_MS = 300,
    LINGER_MS = 30 /* for what the host has not fetched yet */
};

/* A bulk transfer of the host's that is not over. */
struct transfer {
    uint64_t id;
    struct usb_redir_bulk_packet_header header;
    size_t length;
    size_t done;
    uint8_t *data;
    struct transfer *next;
};

static struct {
    struct device_plan *plan;
    struct usbredirparser *parser;
    int socket;   /* the host's */
    bool greeted; /* it has said what it can: only then messages have one form */
    int link;     /* the model device's; -1: unplugged */
    uint16_t port;
    uint8_t configuration;
    bool leaving;
    struct timespec since; /* when it left the bus, or wanted to */
    uint8_t unsent[512];   /* from the model device */
    size_t unsent_length;
    struct transfer *in[ENDPOINTS];
    struct transfer *out[ENDPOINTS];
} d;

static void die(const char *what)
{
    perror(what);
    _exit(EXIT_FAILURE);
}

static int status_of(int result)
{
    return result >= 0            ? usb_redir_success
           : result == FAKE_STALL ? usb_redir_stall
           : result == FAKE_NAK   ? usb_redir_timeout
                                  : usb_redir_ioerror;
}

static void answer(struct transfer **at, int status)
{
    struct transfer *t = *at;
    bool in = (t->header.endpoint & 0x80u) != 0;

    *at = t->next;
    t->header.status = (uint8_t)status;
    t->header.length = (uint16_t)t->done;
    t->header.length_high = (uint16_t)(t->done >> 16);
    usbredirparser_send_bulk_packet(d.parser, t->id, &t->header, in ? t->data : NULL,
                                    in ? (int)t->done : 0);
    free(t->data);
    free(t);
}

/* Asks the device for packets, until it answers NAK. */
static bool pump_in(struct transfer **at, uint8_t number)
{
    struct transfer *t = *at;
    uint8_t packet[PACKET];
    int count = fake_in(&composite_controller, number, packet);

    if (count == FAKE_NAK) {
        return false;
    }
    if (count > 0) {
        size_t room = t->length - t->done;
        size_t part = (size_t)count < room ? (size_t)count : room;

        memcpy(t->data + t->done, packet, part);
        t->done += part;
    }
    if (count < PACKET || t->done == t->length) {
        answer(at, status_of(count));
    }
    composite_step(NULL);
    return true;
}

static bool pump_out(struct transfer **at, uint8_t number)
{
    struct transfer *t = *at;
    size_t left = t->length - t->done;
    size_t part = left < PACKET ? left : PACKET;
    int count = fake_out(&composite_controller, number, t->data + t->done, part);

    if (count == FAKE_NAK) {
        return false;
    }
    t->done += count > 0 ? (size_t)count : 0;
    if (count < 0 || t->done == t->length) {
        answer(at, status_of(count));
    }
    composite_step(NULL);
    return true;
}

static void pump(void)
{
    bool moved = true;

    while (moved) {
        moved = false;
        for (uint8_t n = 1; n < ENDPOINTS; n++) {
            moved = (d.in[n] != NULL && pump_in(&d.in[n], n)) || moved;
            moved = (d.out[n] != NULL && pump_out(&d.out[n], n)) || moved;
        }
    }
}

static void drop_transfers(void)
{
    for (size_t n = 0; n < ENDPOINTS; n++) {
        while (d.in[n] != NULL) {
            answer(&d.in[n], usb_redir_cancelled);
        }
        while (d.out[n] != NULL) {
            answer(&d.out[n], usb_redir_cancelled);
        }
    }
}

/* usbredir's device side. */

static int on_read(void *context, uint8_t *data, int count)
{
    ssize_t got = read(d.socket, data, (size_t)count);

    (void)context;
    return got > 0 ? (int)got : got < 0 && errno == EAGAIN ? 0 : -1;
}

static int on_write(void *context, uint8_t *data, int count)
{
    ssize_t put = send(d.socket, data, (size_t)count, MSG_NOSIGNAL);

    (void)context;
    return put >= 0 ? (int)put : errno == EAGAIN ? 0 : -1;
}

static void on_log(void *context, int level, const char *text)
{
    (void)context;
    if (level <= usbredirparser_warning) {
        fprintf(stderr, "usb_device: %s\n", text);
    }
}

static void on_hello(void *context, struct usb_redir_hello_header *hello)
{
    (void)context;
    (void)hello;
    d.greeted = true;
}

static bool set_configuration(uint8_t value)
{
    const uint8_t setup[8] = {0, 9, value};
    bool good = fake_control(&composite_controller, composite_step, NULL, setup, NULL) == 0;

    d.configuration = good ? value : d.configuration;
    return good;
}

static void on_reset(void *context)
{
    (void)context;
    drop_transfers();
    if (!composite_reset() || (d.configuration != 0 && !set_configuration(d.configuration))) {
        fprintf(stderr, "usb_device: the device does not come back from a reset\n");
    }
}

static void on_set_configuration(void *context, uint64_t id,
                                 struct usb_redir_set_configuration_header *request)
{
    struct usb_redir_configuration_status_header status = {
        .status = set_configuration(request->configuration) ? usb_redir_success : usb_redir_stall,
        .configuration = request->configuration};

    (void)context;
    usbredirparser_send_configuration_status(d.parser, id, &status);
}

static void on_get_configuration(void *context, uint64_t id)
{
    struct usb_redir_configuration_status_header status = {.status = usb_redir_success,
                                                           .configuration = d.configuration};

    (void)context;
    usbredirparser_send_configuration_status(d.parser, id, &status);
}

static void on_set_alternate(void *context, uint64_t id,
                             struct usb_redir_set_alt_setting_header *request)
{
    const uint8_t setup[8] = {1, 11, request->alt, 0, request->interface};
    int result = fake_control(&composite_controller, composite_step, NULL, setup, NULL);
    struct usb_redir_alt_setting_status_header status = {
        .status = (uint8_t)status_of(result), .interface = request->interface, .alt = request->alt};

    (void)context;
    usbredirparser_send_alt_setting_status(d.parser, id, &status);
}

static void on_get_alternate(void *context, uint64_t id,
                             struct usb_redir_get_alt_setting_header *request)
{
    struct usb_redir_alt_setting_status_header status = {.status = usb_redir_success,
                                                         .interface = request->interface};

    (void)context;
    usbredirparser_send_alt_setting_status(d.parser, id, &status);
}

/* Interrupt endpoints have nothing to say here. */
static void on_start_interrupt(void *context, uint64_t id,
                               struct usb_redir_start_interrupt_receiving_header *request)
{
    struct usb_redir_interrupt_receiving_status_header status = {.status = usb_redir_success,
                                                                 .endpoint = request->endpoint};

    (void)context;
    usbredirparser_send_interrupt_receiving_status(d.parser, id, &status);
}

static void on_stop_interrupt(void *context, uint64_t id,
                              struct usb_redir_stop_interrupt_receiving_header *request)
{
    struct usb_redir_interrupt_receiving_status_header status = {.status = usb_redir_success,
                                                                 .endpoint = request->endpoint};

    (void)context;
    usbredirparser_send_interrupt_receiving_status(d.parser, id, &status);
}

static void on_control(void *context, uint64_t id, struct usb_redir_control_packet_header *header,
                       uint8_t *data, int length)
{
    static uint8_t buffer[TRANSFER_MAX];
    const uint8_t setup[8] = {header->requesttype,     header->request,
                              (uint8_t)header->value,  (uint8_t)(header->value >> 8),
                              (uint8_t)header->index,  (uint8_t)(header->index >> 8),
                              (uint8_t)header->length, (uint8_t)(header->length >> 8)};
    bool in = (header->requesttype & 0x80u) != 0;
    int result;

    (void)context;
    if (!in && length > 0) {
        memcpy(buffer, data, (size_t)length);
    }
    result = fake_control(&composite_controller, composite_step, NULL, setup, buffer);
    header->status = (uint8_t)status_of(result);
    header->length = result > 0 ? (uint16_t)result : 0;
    usbredirparser_send_control_packet(d.parser, id, header, in && result > 0 ? buffer : NULL,
                                       in && result > 0 ? result : 0);
    usbredirparser_free_packet_data(d.parser, data);
}

static void on_bulk(void *context, uint64_t id, struct usb_redir_bulk_packet_header *header,
                    uint8_t *data, int length)
{
    uint8_t number = header->endpoint & 15u;
    bool in = (header->endpoint & 0x80u) != 0;
    struct transfer **at = in ? &d.in[number] : &d.out[number];
    struct transfer *t = calloc(1, sizeof *t);
    size_t wanted = (size_t)header->length | (size_t)header->length_high << 16;

    (void)context;
    if (t == NULL) {
        die("memory");
    }
    *t = (struct transfer){.id = id, .header = *header, .length = in ? wanted : (size_t)length};
    t->data = malloc(t->length + PACKET);
    if (t->data == NULL) {
        die("memory");
    }
    if (!in && length > 0) {
        memcpy(t->data, data, (size_t)length);
    }
    usbredirparser_free_packet_data(d.parser, data);
    while (*at != NULL) {
        at = &(*at)->next;
    }
    *at = t;
}

static bool cancel_in(struct transfer **at, uint64_t id)
{
    for (; *at != NULL; at = &(*at)->next) {
        if ((*at)->id == id) {
            answer(at, usb_redir_cancelled);
            return true;
        }
    }
    return false;
}

static void on_cancel(void *context, uint64_t id)
{
    (void)context;
    for (size_t n = 0; n < ENDPOINTS; n++) {
        if (cancel_in(&d.in[n], id) || cancel_in(&d.out[n], id)) {
            return;
        }
    }
}

static void on_disconnect_ack(void *context)
{
    (void)context;
}

static void on_reject(void *context)
{
    (void)context;
    fprintf(stderr, "usb_device: the host rejects the device\n");
}

/* What usbredir wants to know beforehand: interfaces and endpoints, as the descriptors say. */
static void send_layout(void)
{
    static const uint8_t ask[8] = {0x80, 6, 0, 2, 0, 0, 0, 2};
    uint8_t configuration[512];
    struct usb_redir_interface_info_header interfaces = {0};
    struct usb_redir_ep_info_header endpoints = {0};
    int length = fake_control(&composite_controller, composite_step, NULL, ask, configuration);

    memset(endpoints.type, usb_redir_type_invalid, sizeof endpoints.type);
    endpoints.type[0] = usb_redir_type_control;
    endpoints.type[16] = usb_redir_type_control;
    endpoints.max_packet_size[0] = PACKET;
    endpoints.max_packet_size[16] = PACKET;
    for (int i = 0; i + 6 < length && configuration[i] > 1; i += configuration[i]) {
        const uint8_t *at = configuration + i;
        unsigned slot = (at[2] & 0x80u) >> 3 | (at[2] & 15u);

        if (at[1] == 4) {
            interfaces.interface[interfaces.interface_count] = at[2];
            interfaces.interface_class[interfaces.interface_count] = at[5];
            interfaces.interface_subclass[interfaces.interface_count] = at[6];
            interfaces.interface_protocol[interfaces.interface_count] = at[7];
            interfaces.interface_count++;
        } else if (at[1] == 5) {
            endpoints.type[slot] = at[3] & 3u;
            endpoints.interval[slot] = at[6];
            endpoints.interface[slot] = interfaces.interface[interfaces.interface_count - 1];
            endpoints.max_packet_size[slot] = at[4];
        }
    }
    usbredirparser_send_interface_info(d.parser, &interfaces);
    usbredirparser_send_ep_info(d.parser, &endpoints);
}

static void send_connect(void)
{
    static const uint8_t ask[8] = {0x80, 6, 0, 1, 0, 0, 18, 0};
    uint8_t device[18] = {0};
    struct usb_redir_device_connect_header connect = {.speed = usb_redir_speed_full};

    if (fake_control(&composite_controller, composite_step, NULL, ask, device) != sizeof device) {
        fprintf(stderr, "usb_device: no device descriptor\n");
    }
    connect.device_class = device[4];
    connect.device_subclass = device[5];
    connect.device_protocol = device[6];
    connect.vendor_id = (uint16_t)(device[8] | device[9] << 8);
    connect.product_id = (uint16_t)(device[10] | device[11] << 8);
    connect.device_version_bcd = (uint16_t)(device[12] | device[13] << 8);
    usbredirparser_send_device_connect(d.parser, &connect);
}

/* Plugging. */

static int connect_model(void)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}, .sin_port = htons(d.port)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) != 0) {
        die("model device");
    }
    fcntl(fd, F_SETFL, O_NONBLOCK);
    return fd;
}

static void plug(void)
{
    d.link = connect_model();
    d.unsent_length = 0;
    d.configuration = 0;
    d.leaving = false;
    composite_start(d.plan);
    if (!composite_reset()) {
        fprintf(stderr, "usb_device: the device takes no address\n");
    }
    send_layout();
    send_connect();
}

static void unplug(void)
{
    close(d.link);
    d.link = -1;
    drop_transfers();
    usbredirparser_send_device_disconnect(d.parser);
    clock_gettime(CLOCK_MONOTONIC, &d.since);
}

static long since_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (now.tv_sec - d.since.tv_sec) * 1000 + (now.tv_nsec - d.since.tv_nsec) / 1000000;
}

/* Bytes between the streams and the model device. When that has closed its end, it restarts. */
static void carry(void)
{
    uint8_t data[64];
    size_t count;
    ssize_t got;

    /* Taken from the stack only as far as the model device takes them: else the host waits. */
    while ((count = composite_read(data, sizeof data)) > 0) {
        if (send(d.link, data, count, MSG_NOSIGNAL) != (ssize_t)count) {
            break;
        }
        composite_step(NULL);
    }
    if (d.unsent_length == 0 && !d.leaving) {
        got = read(d.link, d.unsent, sizeof d.unsent);
        if (got == 0 || (got < 0 && errno != EAGAIN)) {
            d.leaving = true;
            clock_gettime(CLOCK_MONOTONIC, &d.since);
        }
        d.unsent_length = got > 0 ? (size_t)got : 0;
    }
    count = d.unsent_length > 0 ? composite_write(d.unsent, d.unsent_length) : 0;
    memmove(d.unsent, d.unsent + count, d.unsent_length - count);
    d.unsent_length -= count;
    composite_step(NULL);
}

static void follow_plan(void)
{
    if (d.link >= 0 && (d.plan->unplugged || (d.leaving && since_ms() >= LINGER_MS))) {
        unplug();
    } else if (d.link < 0 && d.greeted && !d.plan->unplugged && since_ms() >= AWAY_MS) {
        plug();
    }
}

/* Serves one host until it hangs up. */
static void serve(void)
{
    for (;;) {
        bool writes = usbredirparser_has_data_to_write(d.parser) > 0;
        struct pollfd watched[2] = {{d.socket, (short)(writes ? POLLIN | POLLOUT : POLLIN), 0},
                                    {d.unsent_length == 0 && !d.leaving ? d.link : -1, POLLIN, 0}};

        (void)poll(watched, 2, TICK_MS);
        if ((watched[0].revents & ~POLLOUT) != 0 && usbredirparser_do_read(d.parser) != 0) {
            return;
        }
        follow_plan();
        if (d.link >= 0) {
            carry();
        }
        if (d.link >= 0) {
            pump();
            carry();
        }
        if (usbredirparser_has_data_to_write(d.parser) > 0 &&
            usbredirparser_do_write(d.parser) != 0) {
            return;
        }
    }
}

static struct usbredirparser *new_parser(void)
{
    uint32_t capabilities[USB_REDIR_CAPS_SIZE] = {0};
    struct usbredirparser *parser = usbredirparser_create();

    if (parser == NULL) {
        die("usbredir");
    }
    parser->log_func = on_log;
    parser->read_func = on_read;
    parser->write_func = on_write;
    parser->hello_func = on_hello;
    parser->reset_func = on_reset;
    parser->set_configuration_func = on_set_configuration;
    parser->get_configuration_func = on_get_configuration;
    parser->set_alt_setting_func = on_set_alternate;
    parser->get_alt_setting_func = on_get_alternate;
    parser->start_interrupt_receiving_func = on_start_interrupt;
    parser->stop_interrupt_receiving_func = on_stop_interrupt;
    parser->control_packet_func = on_control;
    parser->bulk_packet_func = on_bulk;
    parser->cancel_data_packet_func = on_cancel;
    parser->filter_reject_func = on_reject;
    parser->device_disconnect_ack_func = on_disconnect_ack;
    usbredirparser_caps_set_cap(capabilities, usb_redir_cap_connect_device_version);
    usbredirparser_caps_set_cap(capabilities, usb_redir_cap_ep_info_max_packet_size);
    usbredirparser_caps_set_cap(capabilities, usb_redir_cap_64bits_ids);
    usbredirparser_caps_set_cap(capabilities, usb_redir_cap_32bits_bulk_length);
    usbredirparser_caps_set_cap(capabilities, usb_redir_cap_device_disconnect_ack);
    usbredirparser_caps_set_cap(capabilities, usb_redir_cap_filter);
    usbredirparser_init(parser, "gantry usb device", capabilities, USB_REDIR_CAPS_SIZE,
                        usbredirparser_fl_usb_host);
    return parser;
}

static int listen_at(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (strlen(path) >= sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        die(path);
    }
    memcpy(address.sun_path, path, strlen(path) + 1);
    unlink(path);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) != 0 ||
        listen(fd, 1) != 0) {
        die(path);
    }
    return fd;
}

static _Noreturn void serve_all(int listener)
{
    for (;;) {
        d.socket = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (d.socket < 0) {
            continue;
        }
        d.parser = new_parser();
        d.link = -1;
        d.greeted = false;
        d.since = (struct timespec){0, 0};
        serve();
        if (d.link >= 0) {
            unplug();
        }
        usbredirparser_destroy(d.parser);
        close(d.socket);
    }
}

pid_t device_start(struct device_plan *plan, const char *path, uint16_t port)
{
    int listener = listen_at(path);
    pid_t pid = fork();

    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        signal(SIGPIPE, SIG_IGN);
        d.plan = plan;
        d.port = port;
        serve_all(listener);
    }
    close(listener);
    return pid;
}
