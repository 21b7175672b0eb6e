// SPDX-License-Identifier: Apache-2.0
/*
 * Any bytes on a line that two protocols share, with any pauses: nothing but the app region is
 * written, nothing is sent that is not asked for, and neither engine leaves its buffers. The first
 * byte of the input says how the rest comes in.
 */
#include "legacy_bench.h"

#include <stdlib.h>
#include <string.h>

#include <link/device.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct line shared;
static struct link_device engine;
static uint8_t replay[16];
static uint8_t payload[LEGACY_PAYLOAD_MAX];

static size_t read_line(void *context, uint8_t *data, size_t capacity)
{
    (void)context;
    return shared.serial.read(&shared.serial, data, capacity);
}

static size_t write_line(void *context, const uint8_t *data, size_t length)
{
    (void)context;
    return shared.serial.write(&shared.serial, data, length);
}

static uint32_t now_ms(void *context)
{
    (void)context;
    return bench.now;
}

static uint8_t request(void *context, uint8_t command, const uint8_t *arguments, size_t length,
                       struct link_reply *reply)
{
    (void)context;
    (void)arguments;
    (void)length;
    reply->length = 0;
    return command == LINK_INFO ? LINK_OK : LINK_UNSUPPORTED;
}

static const struct link_device_config link_config = {
    .read = read_line,
    .write = write_line,
    .now_ms = now_ms,
    .request = request,
    .replay = replay,
    .replay_size = sizeof replay,
    .mode = LINK_MODE_BOOTLOADER,
    .window = 4,
};

static bool allowed(void)
{
    return true;
}

static bool session(void)
{
    return link_device_session(&engine);
}

static struct line_config config = {.allowed = allowed, .session = session};

static void start(void)
{
    bench_reset();
    memset(&shared, 0, sizeof shared);
    config.legacy = bench_config;
    link_device_init(&engine, &link_config);
    line_init(&shared, &config, payload);
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
