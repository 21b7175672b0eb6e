// SPDX-License-Identifier: Apache-2.0
#include "legacy_line.h"

#include <string.h>

struct line shared;
struct link_device engine;
static uint8_t replay[16];
static struct line_config config;

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

static bool session(void)
{
    return link_device_session(&engine);
}

struct link_device_config shared_config(void)
{
    return (struct link_device_config){
        .read = read_line,
        .write = write_line,
        .now_ms = now_ms,
        .replay = replay,
        .replay_size = sizeof replay,
        .mode = LINK_MODE_BOOTLOADER,
        .window = 4,
    };
}

void shared_start(const struct link_device_config *link, bool (*allowed)(void), uint8_t *payload)
{
    bench_reset();
    memset(&shared, 0, sizeof shared);
    config = (struct line_config){.legacy = bench_config, .allowed = allowed, .session = session};
    link_device_init(&engine, link);
    line_init(&shared, &config, payload);
}
