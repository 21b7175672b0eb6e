// SPDX-License-Identifier: Apache-2.0
/* A vendor's interface with a byte stream: no requests, two bulk endpoints. */
#ifndef USB_BULK_H
#define USB_BULK_H

#include <usb/device.h>
#include <usb/pipe.h>

/* For struct usb_function; context: struct usb_pipe. */
void usb_bulk_configured(void *context, bool usable);
void usb_bulk_out_done(void *context, uint8_t endpoint, uint16_t length);
void usb_bulk_in_done(void *context, uint8_t endpoint);
void usb_bulk_resumed(void *context, uint8_t endpoint);

/** The function of a pipe on one interface. */
/* clang-format off */
#define USB_BULK_FUNCTION(number, pipe) \
    {.interface = (number), .interfaces = 1, .context = (pipe), \
     .configured = usb_bulk_configured, .out_done = usb_bulk_out_done, \
     .in_done = usb_bulk_in_done, .resumed = usb_bulk_resumed}
/* clang-format on */

#endif
