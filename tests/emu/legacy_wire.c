// SPDX-License-Identifier: Apache-2.0
#include "legacy_wire.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { ESC = 0xFC, READ_MAX = 4095, ATTRIBUTE = 64, READ_MS = 500, HEAD_TRIES = 3, PINGS = 30 };

static int line = -1;
static bool entered; /* the bootloader answered: however this ends, EXIT goes to it */
uint8_t wire_reply[WIRE_REPLY_MAX];

void wire_leave(void)
{
    if (entered && write(line, "\xFC\x22", 2) == 2) {
        (void)poll(NULL, 0, 100);
    }
}

_Noreturn void wire_die(const char *what)
{
    fprintf(stderr, "legacy_host: %s\n", what);
    wire_leave();
    exit(1);
}

uint32_t wire_get32(const uint8_t *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

void wire_put32(uint8_t *p, uint32_t value)
{
    for (unsigned i = 0; i < 4; i++) {
        p[i] = (uint8_t)(value >> (8 * i));
    }
}

static uint32_t sum(const uint8_t *data, size_t length)
{
    uint32_t crc = UINT32_MAX;

    for (size_t i = 0; i < length; i++) {
        crc ^= data[i];
        for (unsigned bit = 0; bit < 8; bit++) {
            crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320u : 0);
        }
    }
    return ~crc;
}

void wire_connect_line(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    line = socket(AF_UNIX, SOCK_STREAM, 0);
    if (line < 0 || strlen(path) >= sizeof address.sun_path) {
        wire_die("no socket");
    }
    strcpy(address.sun_path, path);
    if (connect(line, (const struct sockaddr *)&address, sizeof address) != 0) {
        wire_die("the board's line cannot be reached");
    }
}

/* As a serial port is read. */
size_t wire_take_within(uint8_t *data, size_t wanted, int silence_ms)
{
    struct pollfd poller = {.fd = line, .events = POLLIN};
    size_t used = 0;

    while (used < wanted && poll(&poller, 1, silence_ms) > 0) {
        ssize_t got = read(line, data + used, wanted - used);

        if (got <= 0) {
            wire_die("the line is closed");
        }
        used += (size_t)got;
    }
    return used;
}

static size_t take(uint8_t *data, size_t wanted)
{
    return wire_take_within(data, wanted, READ_MS);
}

void wire_give(const uint8_t *data, size_t length)
{
    for (size_t at = 0; at < length;) {
        ssize_t sent = write(line, data + at, length - at);

        if (sent <= 0) {
            wire_die("the line is closed");
        }
        at += (size_t)sent;
    }
}

/* Bytes of an answer, FC FC taken as one; as many as are wanted, for as long as that takes. */
static void take_body(uint8_t *data, size_t wanted)
{
    static uint8_t raw[2 * WIRE_REPLY_MAX];
    size_t have = 0;

    for (unsigned silent = 0; have < wanted && silent < 20; silent++) {
        size_t got = take(raw, wanted - have);
        size_t escapes = 0;

        for (size_t i = 0; i < got; i++) {
            escapes += raw[i] == ESC;
        }
        got += escapes % 2 == 1 ? take(raw + got, 1) : 0;
        for (size_t i = 0; i < got; i++) {
            i += raw[i] == ESC && i + 1 < got && raw[i + 1] == ESC;
            data[have++] = raw[i];
        }
    }
    if (have != wanted) {
        wire_die("an answer has the wrong length");
    }
}

/*
 * A command: its payload with FC doubled, FC, the command; before it a sync unless it goes without.
 * Answers the code that came; the body of `length` bytes, when the code is the one wanted, is in
 * wire_reply[].
 */
static unsigned issue(uint8_t command, const uint8_t *payload, size_t size, bool sync,
                      unsigned wanted, size_t length)
{
    static uint8_t out[3 + 2 * (4 + WIRE_PAGE) + 2];
    uint8_t head[2] = {0};
    size_t used = 0;
    unsigned tries = 0;

    if (sync) {
        memcpy(out, "\x00\xFC\x05", 3);
        used = 3;
    }
    for (size_t i = 0; i < size; i++) {
        out[used++] = payload[i];
        if (payload[i] == ESC) {
            out[used++] = ESC;
        }
    }
    out[used++] = ESC;
    out[used++] = command;
    wire_give(out, used);
    while (take(head, 2) != 2) {
        if (++tries == HEAD_TRIES) {
            wire_die("no answer to a command");
        }
    }
    if (head[0] != ESC) {
        wire_die("an answer does not begin with FC");
    }
    if (head[1] == wanted) {
        take_body(wire_reply, length);
    }
    return head[1];
}

void wire_demand(uint8_t command, const uint8_t *payload, size_t size, unsigned wanted,
                 size_t length)
{
    unsigned code = issue(command, payload, size, true, wanted, length);

    if (code != wanted) {
        fprintf(stderr, "legacy_host: command %02x is answered %02x\n", (unsigned)command, code);
        wire_die("that is not what it should be");
    }
}

void wire_enter(void)
{
    uint8_t answer[200];

    for (unsigned i = 0; i < PINGS; i++) {
        wire_give((const uint8_t *)"\xFC\x01", 2);
        if (wire_take_within(answer, sizeof answer, WIRE_PONG_MS) == 2 && answer[1] == 0x11) {
            entered = true;
            return;
        }
    }
    wire_die("no pong");
}

void wire_change_rate(uint32_t rate)
{
    uint8_t payload[5] = {1};

    wire_put32(payload + 1, rate);
    if (issue(0x21, payload, sizeof payload, true, WIRE_OK, 0) != WIRE_OK) {
        wire_die("the new rate is refused");
    }
    payload[0] = 2;
    if (issue(0x21, payload, sizeof payload, false, WIRE_OK, 0) != WIRE_OK) {
        wire_die("the new rate is not confirmed");
    }
}

bool wire_read_range(uint32_t address, uint32_t length, uint8_t *data)
{
    uint8_t payload[6];

    for (uint32_t done = 0; done < length;) {
        uint32_t part = length - done < READ_MAX ? length - done : READ_MAX;

        wire_put32(payload, address + done);
        payload[4] = (uint8_t)part;
        payload[5] = (uint8_t)(part >> 8);
        if (issue(0x11, payload, sizeof payload, true, 0x20, part) != 0x20) {
            return false;
        }
        memcpy(data + done, wire_reply, part);
        done += part;
    }
    return true;
}

static void write_page(uint32_t address, const uint8_t *data)
{
    uint8_t payload[4 + WIRE_PAGE];

    wire_put32(payload, address);
    memcpy(payload + 4, data, WIRE_PAGE);
    wire_demand(0x07, payload, sizeof payload, WIRE_OK, 0);
}

static void check_sum(uint32_t address, const uint8_t *data, uint32_t length)
{
    uint8_t payload[8];
    uint8_t more[2];

    wire_put32(payload, address);
    wire_put32(payload + 4, length);
    wire_demand(0x15, payload, sizeof payload, 0x23, 4);
    if (wire_get32(wire_reply) != sum(data, length)) {
        wire_die("what was written has another sum");
    }
    if (take(more, sizeof more) != sizeof more) {
        wire_die("the two bytes behind the sum are missing");
    }
}

static bool is_zero(const uint8_t *page)
{
    for (unsigned i = 0; i < WIRE_PAGE; i++) {
        if (page[i] != 0) {
            return false;
        }
    }
    return true;
}

/* Writes the runs of pages that are not all zeros, and one page of zeros behind each. */
void wire_flash(uint32_t address, const uint8_t *data, uint32_t length)
{
    uint32_t pages = (length + WIRE_PAGE - 1) / WIRE_PAGE;
    uint8_t *padded = malloc((size_t)pages * WIRE_PAGE);

    if (padded == NULL) {
        wire_die("no memory");
    }
    memset(padded, 0xFF, (size_t)pages * WIRE_PAGE);
    memcpy(padded, data, length);
    for (uint32_t first = 0; first < pages; first++) {
        uint32_t end = first;

        if (is_zero(padded + (size_t)first * WIRE_PAGE)) {
            continue;
        }
        while (end < pages && !is_zero(padded + (size_t)end * WIRE_PAGE)) {
            end++;
        }
        end += end < pages ? 1 : 0;
        for (uint32_t i = first; i < end; i++) {
            write_page(address + i * WIRE_PAGE, padded + (size_t)i * WIRE_PAGE);
        }
        check_sum(address + first * WIRE_PAGE, padded + (size_t)first * WIRE_PAGE,
                  (end - first) * WIRE_PAGE);
        first = end - 1;
    }
    free(padded);
}

void wire_erase_page(uint32_t address)
{
    uint8_t payload[4];

    wire_put32(payload, address);
    wire_demand(0x06, payload, sizeof payload, WIRE_OK, 0);
}

char wire_keys[WIRE_ATTRIBUTES][9];
char wire_values[WIRE_ATTRIBUTES][56];

void wire_read_attributes(void)
{
    for (uint8_t i = 0; i < WIRE_ATTRIBUTES; i++) {
        wire_demand(0x14, &i, 1, 0x22, ATTRIBUTE);
        memset(wire_keys[i], 0, sizeof wire_keys[i]);
        memset(wire_values[i], 0, sizeof wire_values[i]);
        if (wire_reply[8] != 0 && wire_reply[8] <= 55) {
            memcpy(wire_keys[i], wire_reply, 8);
            memcpy(wire_values[i], wire_reply + 9, wire_reply[8]);
        }
    }
}

/* The slot of a key; for "" the first free one. */
uint8_t wire_slot_of(const char *key)
{
    for (uint8_t i = 0; i < WIRE_ATTRIBUTES; i++) {
        if (strcmp(wire_keys[i], key) == 0) {
            return i;
        }
    }
    return WIRE_ATTRIBUTES;
}

void wire_set_attribute(const char *key, const char *value)
{
    uint8_t payload[10 + 55] = {0};
    uint8_t slot = wire_slot_of(key);
    size_t length = strlen(value);

    slot = slot == WIRE_ATTRIBUTES && length > 0 ? wire_slot_of("") : slot;
    if (slot == WIRE_ATTRIBUTES || strlen(key) > 8 || length > 55) {
        wire_die("no such attribute, or no room");
    }
    payload[0] = slot;
    if (length > 0) {
        memcpy(payload + 1, key, strlen(key));
    }
    payload[9] = (uint8_t)length;
    memcpy(payload + 10, value, length);
    wire_demand(0x13, payload, 10 + length, WIRE_OK, 0);
}
