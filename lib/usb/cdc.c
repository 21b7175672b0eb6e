// SPDX-License-Identifier: Apache-2.0
#include <usb/cdc.h>

#include <string.h>

#include <base/bytes.h>

/* Field offsets of a line coding, and their ranges (PSTN 1.2, table 17). */
enum { STOP_BITS = 4, PARITY = 5, DATA_BITS = 6, STOP_BITS_MAX = 2, PARITY_MAX = 4 };

void usb_cdc_init(struct usb_cdc *port, const struct hil_usb *controller,
                  struct usb_pipe_buffers *buffers, uint8_t out, uint8_t in)
{
    usb_pipe_init(&port->pipe, controller, buffers, out, in);
    port->pipe.muted = true;
    bytes_put_u32(port->coding, 115200);
    port->coding[DATA_BITS] = 8;
}

uint32_t usb_cdc_rate(const struct usb_cdc *port)
{
    return bytes_get_u32(port->coding);
}

static bool is_coding(const uint8_t coding[USB_CDC_CODING_SIZE])
{
    uint8_t bits = coding[DATA_BITS];

    return coding[STOP_BITS] <= STOP_BITS_MAX && coding[PARITY] <= PARITY_MAX &&
           ((bits >= 5 && bits <= 8) || bits == 16);
}

static void set_lines(struct usb_cdc *port, uint8_t lines)
{
    bool was_open = (port->lines & USB_CDC_DTR) != 0;
    bool is_open = (lines & USB_CDC_DTR) != 0;

    port->lines = lines;
    port->pipe.muted = !is_open;
    port->touch_due =
        port->touch_due || (was_open && !is_open && usb_cdc_rate(port) == USB_CDC_TOUCH_RATE);
}

void usb_cdc_configured(void *context, bool usable)
{
    struct usb_cdc *port = context;

    (void)usable;
    /* Not closed by the host: a cable that is pulled is no touch. */
    port->lines = 0;
    port->pipe.muted = true;
}

/* A request without data. */
static bool is_bare(const struct usb_setup *setup)
{
    return setup->length == 0 && (setup->type & USB_TYPE_IN) == 0;
}

bool usb_cdc_request(void *context, struct usb_device *device, const struct usb_setup *setup)
{
    struct usb_cdc *port = context;

    switch (setup->request) {
    case USB_CDC_SET_LINE_CODING:
        return setup->length == USB_CDC_CODING_SIZE &&
               usb_device_receive(device, port->offered, sizeof port->offered);
    case USB_CDC_GET_LINE_CODING:
        return usb_device_send(device, port->coding, sizeof port->coding);
    case USB_CDC_SET_CONTROL_LINE_STATE:
        if (!is_bare(setup)) {
            return false;
        }
        set_lines(port, setup->value & (USB_CDC_DTR | USB_CDC_RTS));
        return true;
    case USB_CDC_SEND_BREAK:
        if (!is_bare(setup)) {
            return false;
        }
        if (port->broken != NULL) {
            port->broken(setup->value);
        }
        return true;
    default:
        return false;
    }
}

bool usb_cdc_received(void *context, const struct usb_setup *setup)
{
    struct usb_cdc *port = context;

    (void)setup; /* the only request with data */
    if (!is_coding(port->offered)) {
        return false;
    }
    memcpy(port->coding, port->offered, sizeof port->coding);
    return true;
}

void usb_cdc_poll(void *context)
{
    struct usb_cdc *port = context;

    if (port->touch_due) {
        port->touch_due = false;
        if (port->touched != NULL) {
            port->touched();
        }
    }
}
