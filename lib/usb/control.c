// SPDX-License-Identifier: Apache-2.0
/* Control transfers: setup, data and status stages (USB 2.0, 8.5.3). */
#include <base/bytes.h>
#include <base/checked.h>

#include "internal.h"

static const struct hil_usb *controller(const struct usb_device *device)
{
    return device->config->controller;
}

static void stall(struct usb_device *device)
{
    device->stage = USB_STAGE_IDLE;
    controller(device)->stall(controller(device), 0, true);
}

/* Arms the next packet of data to the host. */
static void send_packet(struct usb_device *device)
{
    uint16_t size = (uint16_t)ck_min(device->left, HIL_USB_CONTROL_PACKET);

    controller(device)->arm_in(controller(device), HIL_USB_IN, device->send, size);
    device->send = size > 0 ? device->send + size : device->send;
    device->left = (uint16_t)(device->left - size);
    /* A packet that is not full ends the data by itself. */
    device->terminate = device->terminate && size == HIL_USB_CONTROL_PACKET;
}

static void acknowledge(struct usb_device *device)
{
    device->stage = USB_STAGE_ACKNOWLEDGE;
    controller(device)->arm_in(controller(device), HIL_USB_IN, NULL, 0);
}

bool usb_device_send(struct usb_device *device, const void *data, size_t length)
{
    if ((device->setup.type & USB_TYPE_IN) == 0) {
        return false;
    }
    device->stage = USB_STAGE_SEND;
    device->send = data;
    device->left = device->setup.length;
    device->terminate = false;
    if (length < device->setup.length) {
        device->left = (uint16_t)length;
        device->terminate = true;
    }
    return true;
}

bool usb_device_receive(struct usb_device *device, uint8_t *buffer, size_t capacity)
{
    if ((device->setup.type & USB_TYPE_IN) != 0 || device->setup.length == 0 ||
        device->setup.length > capacity) {
        return false;
    }
    device->stage = USB_STAGE_RECEIVE;
    device->receive = buffer;
    device->got = 0;
    return true;
}

static bool vendor_request(struct usb_device *device, const struct usb_setup *setup)
{
    const struct usb_descriptors *d = device->config->descriptors;

    return setup->type == (USB_TYPE_IN | USB_TYPE_VENDOR | USB_TO_DEVICE) &&
           setup->request == USB_MS_OS_REQUEST && setup->value == 0 &&
           setup->index == USB_MS_OS_DESCRIPTOR_INDEX && d->ms_os != NULL &&
           usb_device_send(device, d->ms_os, d->ms_os_length);
}

/* Requests of a class go to the function that has the interface, once it can be used. */
static bool class_request(struct usb_device *device, const struct usb_setup *setup)
{
    const struct usb_function *f;

    if (device->state != USB_CONFIGURED || (setup->type & USB_TYPE_RECIPIENT) != USB_TO_INTERFACE ||
        setup->index > UINT8_MAX) {
        return false;
    }
    f = usb_function_of(device, (uint8_t)setup->index);
    device->receiver = f;
    return f != NULL && f->request != NULL && f->request(f->context, device, setup);
}

static bool request(struct usb_device *device, const struct usb_setup *setup)
{
    device->receiver = NULL;
    switch (setup->type & USB_TYPE_KIND) {
    case USB_TYPE_STANDARD:
        return usb_standard_request(device, setup);
    case USB_TYPE_CLASS:
        return class_request(device, setup);
    case USB_TYPE_VENDOR:
        return vendor_request(device, setup);
    default:
        return false;
    }
}

void usb_control_setup(struct usb_device *device, const uint8_t packet[8])
{
    struct usb_setup *s = &device->setup;

    s->type = packet[0];
    s->request = packet[1];
    s->value = bytes_get_u16(packet + 2);
    s->index = bytes_get_u16(packet + 4);
    s->length = bytes_get_u16(packet + 6);
    device->stage = USB_STAGE_IDLE;
    if (device->state == USB_ATTACHED || !request(device, s)) {
        stall(device);
    } else if (device->stage == USB_STAGE_SEND) {
        if (s->length == 0) {
            acknowledge(device); /* nothing was asked for: the status follows at once */
        } else {
            send_packet(device);
        }
    } else if (device->stage == USB_STAGE_RECEIVE) {
        controller(device)->arm_out(controller(device), 0);
    } else if (s->length == 0) {
        acknowledge(device);
    } else {
        stall(device); /* data that the request does not have */
    }
}

void usb_control_in(struct usb_device *device)
{
    if (device->stage == USB_STAGE_SEND) {
        if (device->left > 0 || device->terminate) {
            send_packet(device);
        } else {
            device->stage = USB_STAGE_SENT;
            controller(device)->arm_out(controller(device), 0);
        }
    } else if (device->stage == USB_STAGE_ACKNOWLEDGE) {
        device->stage = USB_STAGE_IDLE;
    }
}

/* The data is whole: whoever asked for it judges it. */
static void deliver(struct usb_device *device)
{
    const struct usb_function *f = device->receiver;

    if (f != NULL && f->received != NULL && f->received(f->context, &device->setup)) {
        acknowledge(device);
    } else {
        stall(device);
    }
}

void usb_control_out(struct usb_device *device, uint16_t length)
{
    uint32_t missing = (uint32_t)device->setup.length - device->got;

    if (device->stage == USB_STAGE_SENT) {
        device->stage = USB_STAGE_IDLE;
        return;
    }
    if (device->stage != USB_STAGE_RECEIVE) {
        return;
    }
    /* Full packets until the last one, and no byte more than was announced. */
    if (length != ck_min(missing, HIL_USB_CONTROL_PACKET) ||
        controller(device)->take(controller(device), 0, device->receive + device->got, length) !=
            length) {
        stall(device);
        return;
    }
    device->got = (uint16_t)(device->got + length);
    if (device->got < device->setup.length) {
        controller(device)->arm_out(controller(device), 0);
    } else {
        deliver(device);
    }
}
