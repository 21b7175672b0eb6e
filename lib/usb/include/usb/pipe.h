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
#define USB_PIPE_QUEUE 128u

/** What a stream keeps bytes in. */
struct usb_pipe_buffers {
    uint8_t received[HIL_USB_CONTROL_PACKET]; /* the packet that is being read */
    uint8_t queue[USB_PIPE_QUEUE];
};

/** A stream; zero at first. */
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

/**
 * Makes a stream; before its device starts.
 * @param buffers  must stay
 * @param out, in  addresses of its endpoints
 */
void usb_pipe_init(struct usb_pipe *pipe, const struct hil_usb *controller,
                   struct usb_pipe_buffers *buffers, uint8_t out, uint8_t in);

/** What a device tells its pipes. */
enum usb_pipe_news {
    USB_PIPE_OPEN, /* the endpoints are open and unarmed */
    USB_PIPE_CLOSED,
    USB_PIPE_OUT_DONE, /* a packet came on this endpoint, or on another pipe's */
    USB_PIPE_IN_DONE,  /* a packet was acknowledged; likewise */
    USB_PIPE_RESUMED   /* the endpoint starts afresh, unarmed: it is no longer halted, or was opened
                          anew; likewise */
};

/** Tells a pipe. */
void usb_pipe_tell(struct usb_pipe *pipe, enum usb_pipe_news news, uint8_t endpoint);

#endif
