// SPDX-License-Identifier: Apache-2.0
/*
 * Two bulk endpoints as a byte stream (hil/serial.h). Where packets begin and end means nothing in
 * the stream: what is written goes out as soon as the endpoint is free, and a transfer that ends
 * with a full packet is ended by an empty one.
 *
 * The stream has no loss: while nobody reads it, the host is told to wait. The kernel or bootloader
 * loop owns it; its client is called from usb_device_poll().
 */
#ifndef USB_PIPE_H
#define USB_PIPE_H

#include <hil/serial.h>
#include <hil/usb.h>

/** Bytes that wait to be sent; a power of two. */
#define USB_PIPE_QUEUE 256u

/** What a stream keeps bytes in. Apart from it, so that the stream can be initialised data. */
struct usb_pipe_buffers {
    uint8_t received[HIL_USB_CONTROL_PACKET]; /* the packet that is being read */
    uint8_t queue[USB_PIPE_QUEUE];
};

/** A stream. The owner fills in the first fields with USB_PIPE() and leaves the rest zero. */
struct usb_pipe {
    struct hil_serial serial; /* first: the stream finds itself by it */
    const struct hil_usb *controller;
    struct usb_pipe_buffers *buffers;
    uint8_t out;
    uint8_t in;
    bool usable; /* the host has configured the device */
    bool muted;  /* nobody listens: what is written is dropped */
    const struct hil_serial_client *client;

    uint8_t received_length;
    uint8_t received_taken;
    bool held; /* one more waits in the controller */

    uint32_t queued; /* bytes ever stored in the queue */
    uint32_t sent;   /* bytes ever acknowledged */
    uint8_t flying;  /* bytes of the packet that is armed */
    bool armed;
    bool terminate; /* the last packet was full */
};

/* Functions of the stream, for USB_PIPE(). */
int usb_pipe_open(const struct hil_serial *serial, uint32_t rate,
                  const struct hil_serial_client *client);
size_t usb_pipe_read(const struct hil_serial *serial, uint8_t *data, size_t capacity);
size_t usb_pipe_write(const struct hil_serial *serial, const uint8_t *data, size_t length);
size_t usb_pipe_pending(const struct hil_serial *serial);
uint32_t usb_pipe_overruns(const struct hil_serial *serial);

/** A pipe for static initialisation. */
/* clang-format off */
#define USB_PIPE(usb, memory, out_endpoint, in_endpoint) \
    {.serial = {.receive_capacity = 2 * HIL_USB_CONTROL_PACKET, .open = usb_pipe_open, \
                .read = usb_pipe_read, .write = usb_pipe_write, .pending = usb_pipe_pending, \
                .overruns = usb_pipe_overruns}, \
     .controller = (usb), .buffers = (memory), .out = (out_endpoint), .in = (in_endpoint)}
/* clang-format on */

/* For the function that the pipe belongs to; see struct usb_function. */
void usb_pipe_configured(struct usb_pipe *pipe, bool usable);
void usb_pipe_out_done(struct usb_pipe *pipe, uint8_t endpoint, uint16_t length);
void usb_pipe_in_done(struct usb_pipe *pipe, uint8_t endpoint);
void usb_pipe_resumed(struct usb_pipe *pipe, uint8_t endpoint);

#endif
