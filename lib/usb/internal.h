// SPDX-License-Identifier: Apache-2.0
/* What the files of lib/usb share. */
#ifndef USB_INTERNAL_H
#define USB_INTERNAL_H

#include <usb/device.h>

/* control.c: the stages of a control transfer. */
void usb_control_setup(struct usb_device *device, const uint8_t packet[8]);
void usb_control_in(struct usb_device *device);
void usb_control_out(struct usb_device *device, uint16_t length);

/* standard.c: a standard request. False: stall. */
bool usb_standard_request(struct usb_device *device, const struct usb_setup *setup);
/* standard.c: gives up the configuration, if there is one. */
void usb_unconfigure(struct usb_device *device);

/* device.c: tells all pipes. */
void usb_tell_pipes(const struct usb_device *device, enum usb_pipe_news news, uint8_t endpoint);

/* device.c: the function that has an interface; NULL: none. */
const struct usb_function *usb_function_of(const struct usb_device *device, uint8_t interface);

#endif
