// SPDX-License-Identifier: Apache-2.0
/*
 * A serial port over USB: CDC-ACM (USB Class Definitions for Communications Devices 1.2, PSTN
 * subclass 1.2). Line coding and control lines are remembered and told; they change nothing in the
 * stream, but output is dropped while no terminal is there (DTR is off), since nobody would read
 * it.
 */
#ifndef USB_CDC_H
#define USB_CDC_H

#include <usb/device.h>
#include <usb/pipe.h>

/** Bits of SET_CONTROL_LINE_STATE (PSTN 1.2, table 18). */
#define USB_CDC_DTR 1u
#define USB_CDC_RTS 2u
/** Bytes of a line coding (PSTN 1.2, table 17): rate u32, stop bits, parity, data bits. */
#define USB_CDC_CODING_SIZE 7u
/** Closing the port at this rate asks for the bootloader, as with many boards. */
#define USB_CDC_TOUCH_RATE 1200u

/** A port; zero at first. Muted until a terminal is there. */
struct usb_cdc {
    struct usb_pipe pipe;
    /** The port was closed at 1200 baud; NULL: that means nothing. Within usb_device_poll(), after
     * the request's status stage. */
    void (*touched)(void);
    /** SEND_BREAK: milliseconds, 0xFFFF until 0 comes; NULL: ignored. */
    void (*broken)(uint16_t duration_ms);
    uint8_t coding[USB_CDC_CODING_SIZE];
    uint8_t offered[USB_CDC_CODING_SIZE]; /* while it arrives */
    uint8_t lines;
    bool touch_due;
};

/**
 * Makes a port, 115200 8N1 until the host says otherwise; before its device starts. `touched` and
 * `broken` may be set after it.
 * @param buffers  must stay
 * @param out, in  addresses of its bulk endpoints
 */
void usb_cdc_init(struct usb_cdc *port, const struct hil_usb *controller,
                  struct usb_pipe_buffers *buffers, uint8_t out, uint8_t in);

/* For struct usb_function; context: struct usb_cdc. */
void usb_cdc_configured(void *context, bool usable);
bool usb_cdc_request(void *context, struct usb_device *device, const struct usb_setup *setup);
bool usb_cdc_received(void *context, const struct usb_setup *setup);
void usb_cdc_poll(void *context);

/** The function of a port on interfaces first and first + 1. */
/* clang-format off */
#define USB_CDC_FUNCTION(first, port) \
    {.interface = (first), .interfaces = 2, .context = (port), .pipe = &(port)->pipe, \
     .configured = usb_cdc_configured, .request = usb_cdc_request, \
     .received = usb_cdc_received}
/** The same; told of the touch. */
#define USB_CDC_TOUCH_FUNCTION(first, port) \
    {.interface = (first), .interfaces = 2, .context = (port), .pipe = &(port)->pipe, \
     .configured = usb_cdc_configured, .request = usb_cdc_request, \
     .received = usb_cdc_received, .poll = usb_cdc_poll}
/* clang-format on */

/** Bits per second that the host asked for last. */
uint32_t usb_cdc_rate(const struct usb_cdc *port);

#endif
