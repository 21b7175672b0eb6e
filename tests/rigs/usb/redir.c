// SPDX-License-Identifier: Apache-2.0
#include "redir.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <usbredirparser.h>

/* What redir_control_now() waits for. */
struct answer {
    struct redir *redir;
    bool done;
    int status;
    uint8_t *data;
    size_t *length;
};

static int errno_of(int status)
{
    switch (status) {
    case usb_redir_success:
        return 0;
    case usb_redir_cancelled:
        return -ENOENT;
    case usb_redir_stall:
        return -EPIPE;
    case usb_redir_timeout:
        return -ETIMEDOUT;
    case usb_redir_babble:
        return -EOVERFLOW;
    default:
        return -EPROTO;
    }
}

static void send_soon(struct redir *redir)
{
    uint64_t one = 1;

    if (write(redir->wake, &one, sizeof one) != sizeof one) {
        abort();
    }
}

static struct redir_request *add(struct redir *redir, size_t out, redir_done done, void *context)
{
    struct redir_request *request = calloc(1, sizeof *request);

    if (request == NULL) {
        abort();
    }
    *request = (struct redir_request){.id = redir->next_id++,
                                      .done = done,
                                      .context = context,
                                      .out = out,
                                      .next = redir->pending};
    redir->pending = request;
    return request;
}

static void finish(struct redir *redir, uint64_t id, int status, const uint8_t *data, size_t length)
{
    for (struct redir_request **at = &redir->pending; *at != NULL; at = &(*at)->next) {
        struct redir_request *request = *at;

        if (request->id == id) {
            *at = request->next;
            request->done(request->context, status, data,
                          data == NULL && status == 0 ? request->out : length);
            free(request);
            return;
        }
    }
}

uint64_t redir_control(struct redir *redir, const uint8_t setup[8], const uint8_t *out,
                       redir_done done, void *context)
{
    struct usb_redir_control_packet_header header = {
        .endpoint = setup[0] & 0x80u,
        .request = setup[1],
        .requesttype = setup[0],
        .value = (uint16_t)(setup[2] | setup[3] << 8),
        .index = (uint16_t)(setup[4] | setup[5] << 8),
        .length = (uint16_t)(setup[6] | setup[7] << 8),
    };
    size_t length = (setup[0] & 0x80u) != 0 ? 0 : header.length;
    struct redir_request *request = add(redir, length, done, context);
    uint64_t id = request->id;

    usbredirparser_send_control_packet(
        redir->parser, id, &header, (uint8_t *)(uintptr_t)(length > 0 ? out : NULL), (int)length);
    send_soon(redir);
    return id;
}

uint64_t redir_bulk(struct redir *redir, uint8_t endpoint, const uint8_t *out, size_t length,
                    redir_done done, void *context)
{
    struct usb_redir_bulk_packet_header header = {
        .endpoint = endpoint,
        .length = (uint16_t)length,
        .length_high = (uint16_t)(length >> 16),
    };
    struct redir_request *request = add(redir, out != NULL ? length : 0, done, context);
    uint64_t id = request->id;

    usbredirparser_send_bulk_packet(redir->parser, id, &header, (uint8_t *)(uintptr_t)out,
                                    out != NULL ? (int)length : 0);
    send_soon(redir);
    return id;
}

uint64_t redir_configure(struct redir *redir, uint8_t value, redir_done done, void *context)
{
    struct usb_redir_set_configuration_header header = {value};
    struct redir_request *request = add(redir, 0, done, context);
    uint64_t id = request->id;

    usbredirparser_send_set_configuration(redir->parser, id, &header);
    send_soon(redir);
    return id;
}

uint64_t redir_alternate(struct redir *redir, uint8_t interface, uint8_t setting, redir_done done,
                         void *context)
{
    struct usb_redir_set_alt_setting_header header = {interface, setting};
    struct redir_request *request = add(redir, 0, done, context);
    uint64_t id = request->id;

    usbredirparser_send_set_alt_setting(redir->parser, id, &header);
    send_soon(redir);
    return id;
}

void redir_reset(struct redir *redir)
{
    usbredirparser_send_reset(redir->parser);
    send_soon(redir);
}

void redir_cancel(struct redir *redir, uint64_t id)
{
    usbredirparser_send_cancel_data_packet(redir->parser, id);
    send_soon(redir);
}

static void on_answer(void *context, int status, const uint8_t *data, size_t length)
{
    struct answer *answer = context;

    answer->done = true;
    answer->status = status;
    if (data != NULL && answer->length != NULL) {
        length = length < *answer->length ? length : *answer->length;
        memcpy(answer->data, data, length);
    }
    if (answer->length != NULL) {
        *answer->length = data != NULL ? length : 0;
    }
    pthread_cond_broadcast(&answer->redir->changed);
}

static int await(struct answer *answer)
{
    while (!answer->done) {
        pthread_cond_wait(&answer->redir->changed, &answer->redir->lock);
    }
    return answer->status;
}

int redir_control_now(struct redir *redir, const uint8_t setup[8], uint8_t *in, size_t *length)
{
    struct answer answer = {.redir = redir, .data = in, .length = length};

    if (!redir->present) {
        return -ENODEV;
    }
    redir_control(redir, setup, NULL, on_answer, &answer);
    return await(&answer);
}

int redir_configure_now(struct redir *redir, uint8_t value)
{
    struct answer answer = {.redir = redir};

    if (!redir->present) {
        return -ENODEV;
    }
    redir_configure(redir, value, on_answer, &answer);
    return await(&answer);
}

static int on_read(void *context, uint8_t *data, int count)
{
    const struct redir *redir = context;
    ssize_t got = read(redir->socket, data, (size_t)count);

    return got > 0 ? (int)got : got < 0 && errno == EAGAIN ? 0 : -1;
}

static int on_write(void *context, uint8_t *data, int count)
{
    const struct redir *redir = context;
    ssize_t put = send(redir->socket, data, (size_t)count, MSG_NOSIGNAL);

    return put >= 0 ? (int)put : errno == EAGAIN ? 0 : -1;
}

static void on_log(void *context, int level, const char *text)
{
    (void)context;
    if (level <= usbredirparser_warning) {
        fprintf(stderr, "usbredir: %s\n", text);
    }
}

static void on_hello(void *context, struct usb_redir_hello_header *hello)
{
    (void)context;
    (void)hello;
}

static void on_connect(void *context, struct usb_redir_device_connect_header *device)
{
    struct redir *redir = context;

    (void)device;
    redir->present = true;
    redir->plugs++;
    pthread_cond_broadcast(&redir->changed);
}

static void on_disconnect(void *context)
{
    struct redir *redir = context;

    redir->present = false;
    while (redir->pending != NULL) {
        finish(redir, redir->pending->id, -ENODEV, NULL, 0);
    }
    pthread_cond_broadcast(&redir->changed);
}

static void on_control(void *context, uint64_t id, struct usb_redir_control_packet_header *header,
                       uint8_t *data, int length)
{
    struct redir *redir = context;
    static const uint8_t nothing[1];
    bool in = (header->endpoint & 0x80u) != 0;

    finish(redir, id, errno_of(header->status), in && data == NULL ? nothing : data,
           (size_t)length);
    usbredirparser_free_packet_data(redir->parser, data);
}

static void on_bulk(void *context, uint64_t id, struct usb_redir_bulk_packet_header *header,
                    uint8_t *data, int length)
{
    struct redir *redir = context;
    static const uint8_t nothing[1];
    bool in = (header->endpoint & 0x80u) != 0;

    finish(redir, id, errno_of(header->status), in && data == NULL ? nothing : data,
           (size_t)length);
    usbredirparser_free_packet_data(redir->parser, data);
}

static void on_configuration(void *context, uint64_t id,
                             struct usb_redir_configuration_status_header *status)
{
    finish(context, id, errno_of(status->status), NULL, 0);
}

static void on_alternate(void *context, uint64_t id,
                         struct usb_redir_alt_setting_status_header *status)
{
    finish(context, id, errno_of(status->status), NULL, 0);
}

static void on_interfaces(void *context, struct usb_redir_interface_info_header *info)
{
    (void)context;
    (void)info;
}

static void on_endpoints(void *context, struct usb_redir_ep_info_header *info)
{
    (void)context;
    (void)info;
}

/* Reads and writes what is due; false when the device's process has ended. */
static bool serve(struct redir *redir)
{
    struct pollfd watched[2] = {{redir->socket, POLLIN, 0}, {redir->wake, POLLIN, 0}};
    uint64_t ignored;
    bool good = true;

    pthread_mutex_lock(&redir->lock);
    if (usbredirparser_has_data_to_write(redir->parser) > 0) {
        watched[0].events |= POLLOUT;
    }
    pthread_mutex_unlock(&redir->lock);
    (void)poll(watched, 2, -1);
    pthread_mutex_lock(&redir->lock);
    if (watched[1].revents != 0 && read(redir->wake, &ignored, sizeof ignored) < 0) {
        good = false;
    }
    if ((watched[0].revents & ~POLLOUT) != 0) {
        good = usbredirparser_do_read(redir->parser) == 0;
    }
    if (good && usbredirparser_has_data_to_write(redir->parser) > 0) {
        good = usbredirparser_do_write(redir->parser) == 0;
    }
    if (!good) {
        redir->over = true;
        on_disconnect(redir);
    }
    pthread_mutex_unlock(&redir->lock);
    return good;
}

static void *run(void *context)
{
    while (serve(context)) {
    }
    return NULL;
}

static void die(const char *what)
{
    perror(what);
    exit(EXIT_FAILURE);
}

static void connect_to(struct redir *redir, const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    if (strlen(path) >= sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        die(path);
    }
    memcpy(address.sun_path, path, strlen(path) + 1);
    redir->socket = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (redir->socket < 0 ||
        connect(redir->socket, (struct sockaddr *)&address, sizeof address) != 0) {
        die(path);
    }
    fcntl(redir->socket, F_SETFL, O_NONBLOCK);
}

void redir_open(struct redir *redir, const char *path)
{
    uint32_t capabilities[USB_REDIR_CAPS_SIZE] = {0};
    struct usbredirparser *parser = usbredirparser_create();
    pthread_mutexattr_t recursive; /* the end of a program may be noticed with the lock held */
    pthread_t thread;

    *redir = (struct redir){.changed = PTHREAD_COND_INITIALIZER,
                            .parser = parser,
                            .next_id = 1,
                            .wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)};
    pthread_mutexattr_init(&recursive);
    pthread_mutexattr_settype(&recursive, PTHREAD_MUTEX_RECURSIVE);
    pthread_mutex_init(&redir->lock, &recursive);
    if (parser == NULL || redir->wake < 0) {
        die("usbredir");
    }
    connect_to(redir, path);
    parser->priv = redir;
    parser->log_func = on_log;
    parser->read_func = on_read;
    parser->write_func = on_write;
    parser->hello_func = on_hello;
    parser->device_connect_func = on_connect;
    parser->device_disconnect_func = on_disconnect;
    parser->control_packet_func = on_control;
    parser->bulk_packet_func = on_bulk;
    parser->configuration_status_func = on_configuration;
    parser->alt_setting_status_func = on_alternate;
    parser->interface_info_func = on_interfaces;
    parser->ep_info_func = on_endpoints;
    usbredirparser_caps_set_cap(capabilities, usb_redir_cap_connect_device_version);
    usbredirparser_caps_set_cap(capabilities, usb_redir_cap_ep_info_max_packet_size);
    usbredirparser_caps_set_cap(capabilities, usb_redir_cap_64bits_ids);
    usbredirparser_caps_set_cap(capabilities, usb_redir_cap_32bits_bulk_length);
    usbredirparser_caps_set_cap(capabilities, usb_redir_cap_device_disconnect_ack);
    usbredirparser_init(parser, "gantry usb rig", capabilities, USB_REDIR_CAPS_SIZE, 0);
    send_soon(redir);
    if (pthread_create(&thread, NULL, run, redir) != 0) {
        die("thread");
    }
    pthread_detach(thread);
}
