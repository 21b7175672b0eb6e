// SPDX-License-Identifier: Apache-2.0
/* Events of the controller, handed to whom they concern. */
#include <usb/device.h>

#include <string.h>

#include "internal.h"

/* Events in one poll: enough for a packet on each endpoint, few enough for a kernel loop. */
enum { EVENTS = 4 };

const struct usb_function *usb_function_of(const struct usb_device *device, uint8_t interface)
{
    for (uint8_t i = 0; i < device->config->function_count; i++) {
        const struct usb_function *f = device->config->functions[i];

        if (interface >= f->interface && interface - f->interface < f->interfaces) {
            return f;
        }
    }
    return NULL;
}

int usb_device_start(struct usb_device *device, const struct usb_device_config *config,
                     const struct hil_usb_client *client)
{
    memset(device, 0, sizeof *device);
    device->config = config;
    return config->controller->attach(config->controller, client);
}

void usb_device_stop(struct usb_device *device)
{
    device->config->controller->detach(device->config->controller);
    device->stage = USB_STAGE_IDLE;
    usb_unconfigure(device);
    device->state = USB_ATTACHED;
}

static void bus_reset(struct usb_device *device)
{
    device->stage = USB_STAGE_IDLE;
    device->suspended = false;
    for (uint8_t i = 0; i < device->config->function_count; i++) {
        const struct usb_function *f = device->config->functions[i];

        if (f->reset != NULL) {
            f->reset(f->context);
        }
    }
    usb_unconfigure(device);
    device->state = USB_DEFAULT;
}

static void out_done(struct usb_device *device, uint8_t endpoint, uint16_t length)
{
    if (endpoint == 0) {
        usb_control_out(device, length);
        return;
    }
    for (uint8_t i = 0; i < device->config->function_count; i++) {
        const struct usb_function *f = device->config->functions[i];

        if (f->out_done != NULL) {
            f->out_done(f->context, endpoint, length);
        }
    }
}

static void in_done(struct usb_device *device, uint8_t endpoint)
{
    if (endpoint == HIL_USB_IN) {
        usb_control_in(device);
        return;
    }
    for (uint8_t i = 0; i < device->config->function_count; i++) {
        const struct usb_function *f = device->config->functions[i];

        if (f->in_done != NULL) {
            f->in_done(f->context, endpoint);
        }
    }
}

static void handle(struct usb_device *device, const struct hil_usb_event *event)
{
    switch (event->kind) {
    case HIL_USB_RESET:
        bus_reset(device);
        break;
    case HIL_USB_SETUP:
        usb_control_setup(device, event->setup);
        break;
    case HIL_USB_OUT_DONE:
        out_done(device, event->endpoint, event->length);
        break;
    case HIL_USB_IN_DONE:
        in_done(device, event->endpoint);
        break;
    case HIL_USB_SUSPEND:
    case HIL_USB_RESUME:
        device->suspended = event->kind == HIL_USB_SUSPEND;
        break;
    default:
        break;
    }
}

bool usb_device_poll(struct usb_device *device)
{
    const struct hil_usb *controller = device->config->controller;
    struct hil_usb_event event;
    uint32_t count = 0;

    while (count < EVENTS && controller->next(controller, &event)) {
        handle(device, &event);
        count++;
    }
    for (uint8_t i = 0; i < device->config->function_count && device->stage == USB_STAGE_IDLE;
         i++) {
        const struct usb_function *f = device->config->functions[i];

        if (f->poll != NULL) {
            f->poll(f->context);
        }
    }
    return count == EVENTS;
}
