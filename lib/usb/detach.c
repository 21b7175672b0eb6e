// SPDX-License-Identifier: Apache-2.0
#include <usb/detach.h>

static uint8_t state_of(const struct usb_detach *detach)
{
    return detach->due ? USB_DFU_APP_DETACH : USB_DFU_APP_IDLE;
}

void usb_detach_reset(void *context)
{
    struct usb_detach *detach = context;

    detach->due = false;
}

bool usb_detach_request(void *context, struct usb_device *device, const struct usb_setup *setup)
{
    struct usb_detach *detach = context;

    detach->reply[4] = state_of(detach);
    switch (setup->request) {
    case USB_DFU_DETACH: /* value: the host's patience, ms, more than is needed */
        detach->due = setup->length == 0 && (setup->type & USB_TYPE_IN) == 0;
        return detach->due;
    case USB_DFU_GETSTATUS:
        return setup->value == 0 && usb_device_send(device, detach->reply, sizeof detach->reply);
    case USB_DFU_GETSTATE:
        return setup->value == 0 && usb_device_send(device, &detach->reply[4], 1);
    default:
        return false;
    }
}

void usb_detach_poll(void *context)
{
    struct usb_detach *detach = context;

    if (detach->due) {
        detach->due = false;
        detach->detached();
    }
}
