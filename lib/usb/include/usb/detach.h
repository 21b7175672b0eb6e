// SPDX-License-Identifier: Apache-2.0
/*
 * DFU 1.1 at run time: the interface by which a host asks a running device for its DFU mode. The
 * device goes by itself (bitWillDetach); no reset of the bus is awaited.
 */
#ifndef USB_DETACH_H
#define USB_DETACH_H

#include <usb/device.h>

/** A run-time DFU interface. The owner fills in the first and leaves the rest zero. */
struct usb_detach {
    /** The host has asked; within usb_device_poll(), after the request's status stage. */
    void (*detached)(void);
    bool due;
    uint8_t reply[6];
};

/* For struct usb_function; context: struct usb_detach. */
void usb_detach_reset(void *context);
bool usb_detach_request(void *context, struct usb_device *device, const struct usb_setup *setup);
void usb_detach_poll(void *context);

/** The function of a run-time DFU interface. */
/* clang-format off */
#define USB_DETACH_FUNCTION(number, detach) \
    {.interface = (number), .interfaces = 1, .context = (detach), .reset = usb_detach_reset, \
     .request = usb_detach_request, .poll = usb_detach_poll}
/* clang-format on */

#endif
