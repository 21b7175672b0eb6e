// SPDX-License-Identifier: Apache-2.0
#include "legacy_bench.h"

#include <string.h>

#include <base/checked.h>
#include <hil/error.h>

struct bench bench;

static int open_line(const struct hil_serial *serial, uint32_t rate,
                     const struct hil_serial_client *client)
{
    (void)serial;
    (void)client;
    if (rate > BENCH_RATE_MAX) {
        return HIL_E_UNSUPPORTED;
    }
    bench.rate = rate;
    return 0;
}

static size_t read_line(const struct hil_serial *serial, uint8_t *data, size_t capacity)
{
    size_t count = capacity < bench.in_left ? capacity : bench.in_left;

    (void)serial;
    if (count > 0) {
        memcpy(data, bench.in, count);
        bench.in += count;
        bench.in_left -= count;
    }
    return count;
}

static size_t write_line(const struct hil_serial *serial, const uint8_t *data, size_t length)
{
    size_t count = length < bench.room ? length : bench.room;

    (void)serial;
    if (count > sizeof bench.out - bench.out_used) {
        bench.out_used = 0; /* nobody reads that much */
    }
    memcpy(bench.out + bench.out_used, data, count);
    bench.out_used += count;
    bench.room -= count;
    return count;
}

static size_t pending(const struct hil_serial *serial)
{
    (void)serial;
    return bench.waiting;
}

static uint32_t overruns(const struct hil_serial *serial)
{
    (void)serial;
    return 0;
}

uint8_t *bench_at(uint32_t address, uint32_t length)
{
    if (ck_range_in(address, length, BENCH_ATTRIBUTES, BENCH_END)) {
        return bench.memory + (address - BENCH_ATTRIBUTES);
    }
    return ck_range_in(address, length, BENCH_FLAGS, BENCH_FLAGS + BENCH_FLAGS_SIZE)
               ? bench.flags + (address - BENCH_FLAGS)
               : NULL;
}

static const uint8_t *map(uint32_t address, uint32_t length)
{
    return bench_at(address, length);
}

static uint8_t write_page(uint32_t address, const uint8_t *data)
{
    if (bench.broken != 0) {
        return bench.broken;
    }
    if (!ck_range_in(address, LEGACY_PAGE, BENCH_APPS, BENCH_END)) {
        return LEGACY_BADADDR;
    }
    bench.writes++;
    bench.open = true;
    if (data == NULL) {
        memset(bench_at(address, LEGACY_PAGE), 0xFF, LEGACY_PAGE);
    } else {
        memcpy(bench_at(address, LEGACY_PAGE), data, LEGACY_PAGE);
    }
    return LEGACY_OK;
}

static uint8_t settle(void)
{
    bench.open = false;
    return bench.broken != 0 ? bench.broken : (uint8_t)LEGACY_OK;
}

static void get_attribute(uint8_t index, uint8_t *attribute)
{
    memcpy(attribute, bench.attributes[index], LEGACY_ATTRIBUTE_SIZE);
}

static uint8_t set_attribute(uint8_t index, const uint8_t *attribute)
{
    memcpy(bench.attributes[index], attribute, LEGACY_ATTRIBUTE_SIZE);
    return LEGACY_OK;
}

static uint32_t get_start(void)
{
    return bench.start;
}

static uint8_t set_start(uint32_t address)
{
    bench.start = address;
    return LEGACY_OK;
}

static void leave(void)
{
    bench.leaves++;
}

static const struct legacy_target target = {
    .map = map,
    .write = write_page,
    .settle = settle,
    .get_attribute = get_attribute,
    .set_attribute = set_attribute,
    .get_start = get_start,
    .set_start = set_start,
    .leave = leave,
};

static uint32_t now_ms(void)
{
    return bench.now;
}

const struct legacy_config bench_config = {
    .target = &target,
    .serial = &bench.serial,
    .rate = BENCH_RATE,
    .rate_max = BENCH_RATE_MAX,
    .now_ms = now_ms,
    .version = "gantry1",
};

static void factory(unsigned index, const char *key, const char *value)
{
    memcpy(bench.attributes[index], key, strlen(key));
    bench.attributes[index][8] = (uint8_t)strlen(value);
    memcpy(bench.attributes[index] + 9, value, strlen(value));
}

void bench_reset(void)
{
    memset(&bench, 0, sizeof bench);
    bench.serial = (struct hil_serial){
        .receive_capacity = 4096,
        .open = open_line,
        .read = read_line,
        .write = write_line,
        .pending = pending,
        .overruns = overruns,
    };
    bench.room = SIZE_MAX;
    bench.rate = BENCH_RATE;
    bench.start = 0x10000;
    memset(bench.memory, 0xFF, sizeof bench.memory);
    memset(bench.flags, 0xA5, sizeof bench.flags);
    factory(0, "board", "test");
    factory(1, "arch", "cortex-m4");
    factory(2, "appaddr", "0x30000");
}
