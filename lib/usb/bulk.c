// SPDX-License-Identifier: Apache-2.0
#include <usb/bulk.h>

void usb_bulk_configured(void *context, bool usable)
{
    usb_pipe_configured(context, usable);
}

void usb_bulk_out_done(void *context, uint8_t endpoint, uint16_t length)
{
    usb_pipe_out_done(context, endpoint, length);
}

void usb_bulk_in_done(void *context, uint8_t endpoint)
{
    usb_pipe_in_done(context, endpoint);
}

void usb_bulk_resumed(void *context, uint8_t endpoint)
{
    usb_pipe_resumed(context, endpoint);
}
