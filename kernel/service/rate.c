// SPDX-License-Identifier: Apache-2.0
/* A line whose rate a host may raise: linked into the kernels of boards that want it. */
#include <kernel/timer.h>
#include <link/rate.h>

#include "service.h"

enum { SETTLE_MS = 1, WATCH_MS = 250 };

static struct link_rate rate;

static uint8_t ask(const uint8_t *arguments, size_t length)
{
    rate.usual = service_config->rate;
    rate.most = service_config->rate_max;
    return link_rate_ask(&rate, arguments, length);
}

static uint32_t poll(void)
{
    const struct hil_serial *serial = service_config->serial;
    uint32_t next = link_rate_poll(&rate, &service_link, serial->pending(serial) == 0);

    if (next != 0) {
        (void)serial->open(serial, next, &service_client);
    }
    return rate.wanted != 0 ? SETTLE_MS : rate.raised ? (uint32_t)WATCH_MS : UINT32_MAX;
}

const struct service_rate service_rate = {.ask = ask, .poll = poll};
