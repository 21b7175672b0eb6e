// SPDX-License-Identifier: Apache-2.0
#include "redir_control.h"

#include <stdlib.h>
#include <string.h>

enum { MORE = -2 };

struct control *control_new(enum control_kind kind, uint64_t id, uint8_t type, uint8_t request,
                            uint16_t value, uint16_t index, uint16_t length)
{
    struct control *c = calloc(1, sizeof *c);
    const uint8_t setup[8] = {type,
                              request,
                              (uint8_t)value,
                              (uint8_t)(value >> 8),
                              (uint8_t)index,
                              (uint8_t)(index >> 8),
                              (uint8_t)length,
                              (uint8_t)(length >> 8)};

    if (c == NULL || (c->data = calloc(1, length + 1u)) == NULL) {
        abort();
    }
    c->kind = kind;
    c->id = id;
    c->length = length;
    memcpy(c->setup, setup, sizeof setup);
    return c;
}

void control_free(struct control *control)
{
    free(control->data);
    free(control);
}

/* What a failed packet means for its transfer. */
static int failed(int answer)
{
    if (answer == FAKE_NAK) {
        return CONTROL_WAITS;
    }
    return answer == FAKE_STALL ? usb_redir_stall : usb_redir_ioerror;
}

static int step_data(struct control *c, struct fake_usb *usb, bool in)
{
    uint8_t packet[HIL_USB_CONTROL_PACKET];
    size_t left = c->length - c->done;
    size_t part = left < sizeof packet ? left : sizeof packet;
    int count = in ? fake_in(usb, 0, packet) : fake_out(usb, 0, c->data + c->done, part);

    if (count < 0) {
        return failed(count);
    }
    if ((size_t)count > left) {
        return usb_redir_babble;
    }
    if (in) {
        memcpy(c->data + c->done, packet, (size_t)count);
    }
    c->done += (size_t)count;
    if (c->done == c->length || (in && count < (int)sizeof packet)) {
        c->stage = CONTROL_STATUS;
    }
    return MORE;
}

static int step_status(const struct control *c, struct fake_usb *usb, bool in)
{
    uint8_t packet[HIL_USB_CONTROL_PACKET];
    int count = in && c->length > 0 ? fake_out(usb, 0, NULL, 0) : fake_in(usb, 0, packet);

    if (count < 0) {
        return failed(count);
    }
    return count == 0 ? usb_redir_success : usb_redir_babble;
}

int control_step(struct control *c, struct fake_usb *usb)
{
    bool in = (c->setup[0] & 0x80u) != 0;
    int status = MORE;

    while (status == MORE) {
        switch (c->stage) {
        case CONTROL_NEW:
            fake_setup(usb, c->setup);
            c->stage = c->length > 0 ? CONTROL_DATA : CONTROL_STATUS;
            break;
        case CONTROL_DATA:
            status = step_data(c, usb, in);
            break;
        default:
            status = step_status(c, usb, in);
            break;
        }
    }
    return status;
}
