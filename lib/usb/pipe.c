// SPDX-License-Identifier: Apache-2.0
#include <usb/pipe.h>

#include <string.h>

#include <base/checked.h>

static struct usb_pipe *self(const struct hil_serial *serial)
{
    return (struct usb_pipe *)(uintptr_t)serial;
}

/* Arms the oldest bytes of the queue. They stay there until the host has acknowledged them. */
static void send_packet(struct usb_pipe *pipe)
{
    uint8_t packet[HIL_USB_CONTROL_PACKET];
    uint32_t size = ck_min(pipe->queued - pipe->sent, sizeof packet);

    if (!pipe->usable || pipe->armed || (size == 0 && !pipe->terminate)) {
        return;
    }
    for (uint32_t i = 0; i < size; i++) {
        packet[i] = pipe->buffers->queue[(pipe->sent + i) % USB_PIPE_QUEUE];
    }
    pipe->flying = (uint8_t)size;
    pipe->armed = true;
    pipe->controller->arm_in(pipe->controller, pipe->in, packet, size);
}

/* Fetches the packet that waits in the controller, and lets the next one come. */
static void fetch(struct usb_pipe *pipe)
{
    size_t count = pipe->controller->take(pipe->controller, pipe->out, pipe->buffers->received,
                                          sizeof pipe->buffers->received);

    pipe->held = false;
    pipe->received_length = (uint8_t)count;
    pipe->received_taken = 0;
    pipe->controller->arm_out(pipe->controller, pipe->out);
}

static int open_pipe(const struct hil_serial *serial, uint32_t rate,
                     const struct hil_serial_client *client)
{
    (void)rate; /* a cable's own business */
    self(serial)->client = client;
    return 0;
}

static size_t read_pipe(const struct hil_serial *serial, uint8_t *data, size_t capacity)
{
    struct usb_pipe *pipe = self(serial);
    size_t count = 0;

    while (count < capacity) {
        if (pipe->received_taken < pipe->received_length) {
            data[count++] = pipe->buffers->received[pipe->received_taken++];
        } else if (pipe->held) {
            fetch(pipe);
        } else {
            break;
        }
    }
    return count;
}

static size_t write_pipe(const struct hil_serial *serial, const uint8_t *data, size_t length)
{
    struct usb_pipe *pipe = self(serial);
    size_t count = 0;

    if (!pipe->usable || pipe->muted) {
        return length;
    }
    while (count < length && pipe->queued - pipe->sent < USB_PIPE_QUEUE) {
        pipe->buffers->queue[pipe->queued++ % USB_PIPE_QUEUE] = data[count++];
    }
    send_packet(pipe);
    return count;
}

static size_t pending_pipe(const struct hil_serial *serial)
{
    return self(serial)->queued - self(serial)->sent;
}

static uint32_t overruns_pipe(const struct hil_serial *serial)
{
    (void)serial;
    return 0;
}

static void set_usable(struct usb_pipe *pipe, bool usable)
{
    pipe->usable = usable;
    pipe->received_length = 0;
    pipe->received_taken = 0;
    pipe->held = false;
    pipe->sent = pipe->queued;
    pipe->armed = false;
    pipe->terminate = false;
    if (usable) {
        pipe->controller->arm_out(pipe->controller, pipe->out);
    }
}

static void out_done(struct usb_pipe *pipe)
{
    pipe->held = true;
    if (pipe->received_taken == pipe->received_length) {
        fetch(pipe);
    }
}

static void in_done(struct usb_pipe *pipe)
{
    if (pipe->armed) {
        pipe->armed = false;
        pipe->sent += pipe->flying;
        pipe->terminate = pipe->flying == HIL_USB_CONTROL_PACKET;
        send_packet(pipe);
    }
}

static void resumed(struct usb_pipe *pipe, uint8_t endpoint)
{
    if (endpoint == pipe->out) {
        pipe->held = false; /* what waited in the controller is gone */
        pipe->controller->arm_out(pipe->controller, pipe->out);
    } else {
        /* The packet that had not been acknowledged goes again. */
        pipe->armed = false;
        send_packet(pipe);
    }
}

void usb_pipe_tell(struct usb_pipe *pipe, enum usb_pipe_news news, uint8_t endpoint)
{
    if (news <= USB_PIPE_CLOSED) {
        set_usable(pipe, news == USB_PIPE_OPEN);
    } else if (!pipe->usable || (endpoint != pipe->out && endpoint != pipe->in)) {
        return;
    } else if (news == USB_PIPE_OUT_DONE) {
        out_done(pipe);
    } else if (news == USB_PIPE_IN_DONE) {
        in_done(pipe);
    } else {
        resumed(pipe, endpoint);
    }
    /* There is something to read, or room, if only for what is dropped. */
    if (pipe->client != NULL) {
        pipe->client->ready(pipe->client->context);
    }
}

void usb_pipe_init(struct usb_pipe *pipe, const struct hil_usb *controller,
                   struct usb_pipe_buffers *buffers, uint8_t out, uint8_t in)
{
    pipe->serial = (struct hil_serial){
        .receive_capacity = 2 * HIL_USB_CONTROL_PACKET,
        .open = open_pipe,
        .read = read_pipe,
        .write = write_pipe,
        .pending = pending_pipe,
        .overruns = overruns_pipe,
    };
    pipe->controller = controller;
    pipe->buffers = buffers;
    pipe->out = out;
    pipe->in = in;
}
