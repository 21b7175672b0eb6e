// SPDX-License-Identifier: Apache-2.0
#include "spoil.h"

#include <string.h>

#include <base/bytes.h>

enum { HEAD = 4, NO_SUCH_STATUS = 200 };

bool spoil_stops(enum model_how how)
{
    return how == MODEL_SILENT || how == MODEL_GARBAGE || how == MODEL_FLOOD ||
           how == MODEL_CHATTER || how == MODEL_CLOSED;
}

static size_t spoil_reply(const struct model_plan *plan, uint8_t *body, size_t length)
{
    switch (plan->how) {
    case MODEL_SEQUENCE:
        body[0] ^= 1;
        return length;
    case MODEL_COMMAND:
        body[2] ^= 0x40;
        return length;
    case MODEL_STATUS:
        body[3] = plan->status != 0 ? plan->status : NO_SUCH_STATUS;
        return length;
    case MODEL_BUSY:
        body[3] = LINK_BUSY;
        return HEAD;
    case MODEL_STUCK:
        body[3] = LINK_PENDING;
        return HEAD;
    case MODEL_ONES:
        memset(body + HEAD, 0xFF, length - HEAD);
        return length;
    default:
        return length;
    }
}

static size_t spoil_ack(enum model_how how, uint8_t *body, size_t length)
{
    struct link_ack ack;

    if (!link_get_ack(body, length, &ack)) {
        return length;
    }
    switch (how) {
    case MODEL_SEQUENCE:
        ack.base = 0x7FFFFC00;
        break;
    case MODEL_COMMAND:
        ack.base += 1;
        break;
    case MODEL_STATUS:
        ack.status = NO_SUCH_STATUS;
        break;
    case MODEL_BUSY:
        ack.status = LINK_BUSY;
        break;
    case MODEL_STUCK:
        ack.base = 0;
        ack.bitmap = 0;
        break;
    case MODEL_ONES:
        memset(body, 0xFF, length);
        return length;
    default:
        break;
    }
    return link_put_ack(&ack, body, LINK_REPLY_MAX);
}

/* What is the same for both kinds: the length. */
static size_t cut(enum model_how how, uint8_t *body, size_t length)
{
    switch (how) {
    case MODEL_HEADLESS:
        return 2;
    case MODEL_TRUNCATED:
        return length - 1;
    case MODEL_EXTENDED:
        body[length] = 0;
        return length + 1;
    default:
        return length;
    }
}

size_t spoil_frame(struct model_plan *plan, const struct link_decoder *found, uint8_t *out,
                   size_t room)
{
    uint8_t body[LINK_REPLY_MAX + 1];
    size_t length = found->length;
    bool spoilt = false;

    memcpy(body, found->body, length);
    if (plan != NULL && found->type == LINK_REPLY && body[2] == plan->step) {
        length = spoil_reply(plan, body, length);
        spoilt = true;
    } else if (plan != NULL && found->type == LINK_ACK && plan->step == MODEL_DATA) {
        length = spoil_ack(plan->how, body, length);
        spoilt = true;
    }
    length = spoilt ? cut(plan->how, body, length) : length;
    length = link_frame_encode(found->type, body, length, NULL, 0, out, room);
    if (spoilt && plan->how == MODEL_DAMAGED && length > 3) {
        out[length - 2] ^= out[length - 2] == 0x55 ? 0x02 : 0x55;
    }
    return length;
}
