// SPDX-License-Identifier: Apache-2.0
/* The state machine of DFU mode (DFU 1.1, appendix A.1 and A.2). */
#include <usb/dfu.h>

#include <base/bytes.h>

static void fail(struct usb_dfu *dfu, uint8_t status)
{
    dfu->state = USB_DFU_ERROR;
    dfu->status = status;
    dfu->work_due = false;
    dfu->target->abort(dfu->target->context);
}

static void to_idle(struct usb_dfu *dfu)
{
    dfu->state = USB_DFU_IDLE;
    dfu->status = USB_DFU_OK;
    dfu->work_due = false;
}

void usb_dfu_init(struct usb_dfu *dfu, const struct usb_dfu_target *target, uint8_t *buffer,
                  uint16_t capacity)
{
    dfu->target = target;
    dfu->buffer = buffer;
    dfu->capacity = capacity;
    dfu->state = USB_DFU_IDLE;
}

/* Does what the host was told to wait for. */
static void work(struct usb_dfu *dfu)
{
    const struct usb_dfu_target *target = dfu->target;
    uint8_t status;

    if (!dfu->work_due) {
        return;
    }
    dfu->work_due = false;
    if (dfu->state == USB_DFU_DNBUSY) {
        status = target->block(target->context, dfu->buffer, dfu->length);
        dfu->length = 0;
        dfu->state = USB_DFU_DNLOAD_SYNC;
    } else {
        status = target->finish(target->context);
        dfu->accepted = status == USB_DFU_OK;
        dfu->state = USB_DFU_IDLE;
    }
    if (status != USB_DFU_OK) {
        fail(dfu, status);
    }
}

void usb_dfu_poll(void *context)
{
    work(context);
}

/* A reset ends a download; after one that was accepted it is the host's wish to run it. */
void usb_dfu_reset(void *context)
{
    struct usb_dfu *dfu = context;

    dfu->target->abort(dfu->target->context);
    to_idle(dfu);
    if (dfu->accepted) {
        dfu->accepted = false;
        dfu->target->leave(dfu->target->context);
    }
}

static bool download(struct usb_dfu *dfu, struct usb_device *device, const struct usb_setup *s)
{
    bool first = dfu->state == USB_DFU_IDLE;

    if ((!first && dfu->state != USB_DFU_DNLOAD_IDLE) || (first && s->length == 0)) {
        return false;
    }
    if (s->length == 0) {
        if (!dfu->target->complete(dfu->target->context)) {
            fail(dfu, USB_DFU_ERR_NOTDONE);
            return false;
        }
        dfu->state = USB_DFU_MANIFEST_SYNC;
        return true;
    }
    if (!usb_device_receive(device, dfu->buffer, dfu->capacity)) {
        return false;
    }
    if (!first && s->value != dfu->number) {
        fail(dfu, USB_DFU_ERR_ADDRESS);
        return false;
    }
    dfu->number = s->value;
    dfu->accepted = false;
    return true;
}

bool usb_dfu_received(void *context, const struct usb_setup *s)
{
    struct usb_dfu *dfu = context;

    dfu->length = s->length;
    dfu->number++;
    dfu->state = USB_DFU_DNLOAD_SYNC;
    return true;
}

/* What a GETSTATUS moves on, and for how long the host then has to wait, ms. */
static uint32_t advance(struct usb_dfu *dfu)
{
    if (dfu->state == USB_DFU_DNLOAD_SYNC && dfu->length == 0) {
        dfu->state = USB_DFU_DNLOAD_IDLE;
        return 0;
    }
    if (dfu->state != USB_DFU_DNLOAD_SYNC && dfu->state != USB_DFU_MANIFEST_SYNC) {
        return 0;
    }
    dfu->state = dfu->state == USB_DFU_DNLOAD_SYNC ? USB_DFU_DNBUSY : USB_DFU_MANIFEST;
    dfu->work_due = true;
    return dfu->target->duration_ms(dfu->target->context, dfu->length);
}

static bool get_status(struct usb_dfu *dfu, struct usb_device *device)
{
    uint32_t wait = advance(dfu);

    dfu->reply[0] = dfu->status;
    bytes_put_u32(dfu->reply + 1, wait | (uint32_t)dfu->state << 24);
    return usb_device_send(device, dfu->reply, sizeof dfu->reply);
}

static bool get_state(const struct usb_dfu *dfu, struct usb_device *device)
{
    return usb_device_send(device, &dfu->state, 1);
}

static bool abort_download(struct usb_dfu *dfu)
{
    if (dfu->state == USB_DFU_ERROR) {
        return false;
    }
    dfu->target->abort(dfu->target->context);
    to_idle(dfu);
    return true;
}

static bool clear_status(struct usb_dfu *dfu)
{
    if (dfu->state != USB_DFU_ERROR) {
        return false;
    }
    to_idle(dfu);
    return true;
}

static bool allowed(struct usb_dfu *dfu, struct usb_device *device, const struct usb_setup *s)
{
    bool in = s->request == USB_DFU_GETSTATUS || s->request == USB_DFU_GETSTATE;

    if (in != ((s->type & USB_TYPE_IN) != 0)) {
        return false;
    }
    if (s->request == USB_DFU_DNLOAD) {
        return download(dfu, device, s);
    }
    if (in ? s->value != 0 : s->length != 0) {
        return false;
    }
    switch (s->request) {
    case USB_DFU_GETSTATUS:
        return get_status(dfu, device);
    case USB_DFU_CLRSTATUS:
        return clear_status(dfu);
    case USB_DFU_GETSTATE:
        return get_state(dfu, device);
    case USB_DFU_ABORT:
        return abort_download(dfu);
    default: /* UPLOAD: nothing can be read; DETACH: it is */
        return false;
    }
}

bool usb_dfu_request(void *context, struct usb_device *device, const struct usb_setup *setup)
{
    struct usb_dfu *dfu = context;

    work(dfu); /* a host that did not wait for its status stage waits now */
    if (allowed(dfu, device, setup)) {
        return true;
    }
    if (dfu->state != USB_DFU_ERROR) {
        fail(dfu, USB_DFU_ERR_STALLEDPKT);
    }
    return false;
}
