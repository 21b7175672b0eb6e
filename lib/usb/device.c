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

void usb_tell_pipes(const struct usb_device *device, enum usb_pipe_news news, uint8_t endpoint)
{
    for (uint8_t i = 0; i < device->config->function_count; i++) {
        struct usb_pipe *pipe = device->config->functions[i]->pipe;

        if (pipe != NULL) {
            usb_pipe_tell(pipe, news, endpoint);
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
        if (event->endpoint == 0) {
            usb_control_out(device, event->length);
        } else {
            usb_tell_pipes(device, USB_PIPE_OUT_DONE, event->endpoint);
        }
        break;
    case HIL_USB_IN_DONE:
        if (event->endpoint == HIL_USB_IN) {
            usb_control_in(device);
        } else {
            usb_tell_pipes(device, USB_PIPE_IN_DONE, event->endpoint);
        }
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
