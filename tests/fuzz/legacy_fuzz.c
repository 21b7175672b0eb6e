// SPDX-License-Identifier: Apache-2.0
/*
 * Any bytes on a line that two protocols share, with any pauses: nothing but the app region is
 * written, nothing is sent that is not asked for, and neither engine leaves its buffers. The first
 * byte of the input says how the rest comes in.
 */
#include "legacy_line.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint8_t payload[LEGACY_PAYLOAD_MAX];

static uint8_t request(void *context, uint8_t command, const uint8_t *arguments, size_t length,
                       struct link_reply *reply)
{
    (void)context;
    (void)arguments;
    (void)length;
    reply->length = 0;
    return command == LINK_INFO ? LINK_OK : LINK_UNSUPPORTED;
}

static bool allowed(void)
{
    return true;
}

static void start(void)
{
    static struct link_device_config config;

    config = shared_config();
    config.request = request;
    shared_start(&config, allowed, payload);
}

/* In silence nobody says anything, whatever went before: what was asked for is sent by then. */
static void be_quiet(void)
{
    size_t sent;

    for (unsigned i = 0; i < 400000 && (shared.legacy.left > 0 || i < 8); i++) {
        bench.room = 4096;
        (void)link_device_poll(&engine);
    }
    sent = bench.out_used;
    for (unsigned i = 0; i < 8; i++) {
        bench.now += 700;
        (void)link_device_poll(&engine);
    }
    if (bench.out_used != sent || bench.rate != BENCH_RATE) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t piece;
    uint32_t pause;
    bool confirmed;

    if (size < 2) {
        return 0;
    }
    start();
    piece = 1 + (data[0] & 0x3F);
    pause = (data[0] & 0xC0u) * 4u;
    bench.in = data + 1;
    for (size_t left = size - 1; left > 0;) {
        bench.in_left = piece < left ? piece : left;
        left -= bench.in_left;
        while (bench.in_left > 0 && shared.legacy.left == 0) {
            bench.room = 64;
            (void)link_device_poll(&engine);
        }
        for (; bench.in_left > 0; bench.in_left--, bench.in++) {
            /* an answer is under way: this is a flood, and the line's buffer is full */
        }
        bench.now += pause;
    }
    confirmed = bench.rate != BENCH_RATE && shared.legacy.rate_state == 0;
    if (!confirmed) {
        be_quiet();
    }
    for (uint32_t i = 0; i < BENCH_APPS - BENCH_ATTRIBUTES; i++) {
        if (bench.memory[i] != 0xFF) {
            abort();
        }
    }
    return 0;
}
