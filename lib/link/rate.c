// SPDX-License-Identifier: Apache-2.0
#include <link/rate.h>

#include <base/bytes.h>

uint8_t link_rate_ask(struct link_rate *rate, const uint8_t *arguments, size_t length)
{
    uint32_t wanted;

    if (length != sizeof wanted) {
        return LINK_MALFORMED;
    }
    wanted = bytes_get_u32(arguments);
    if (wanted < rate->usual || wanted > rate->most) {
        return LINK_UNSUPPORTED;
    }
    rate->wanted = wanted;
    return LINK_OK;
}

uint32_t link_rate_poll(struct link_rate *rate, const struct link_device *device, bool idle)
{
    uint32_t next;

    if (!link_device_session(device) ||
        device->config->now_ms(device->config->context) - device->heard_ms >= LINK_RATE_MS) {
        rate->wanted = rate->raised ? rate->usual : 0;
    }
    if (!idle || device->reply_due || device->staged_sent < device->staged_length) {
        return 0; /* the answer goes out at the rate at which it was asked for */
    }
    next = rate->wanted;
    rate->wanted = 0;
    rate->raised = next != 0 ? next != rate->usual : rate->raised;
    return next;
}
