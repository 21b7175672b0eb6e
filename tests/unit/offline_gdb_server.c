// SPDX-License-Identifier: Apache-2.0
#include "offline_gdb_server.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <link/error.h>

struct server server;

static void out_bytes(const void *data, size_t length)
{
    assert_true(length <= sizeof server.out - server.out_used);
    memcpy(server.out + server.out_used, data, length);
    server.out_used += length;
}

/* A packet of text; with runs where the same character comes again and again. */
static void out_packet(const char *text, bool wrong)
{
    uint8_t sum = 0;
    char tail[4];
    size_t length = strlen(text);

    out_bytes("$", 1);
    for (size_t i = 0; i < length;) {
        size_t run = 1;
        char head[3] = {text[i], '*', 0};

        while (i + run < length && text[i + run] == text[i] && run < 90) {
            run++;
        }
        /* '#' and '$' cannot be counts: six and seven repeats. */
        if (run > 3 && run - 1 + 29 != '#' && run - 1 + 29 != '$') {
            head[2] = (char)(run - 1 + 29);
            out_bytes(head, 3);
            sum = (uint8_t)(sum + (uint8_t)head[0] + (uint8_t)head[1] + (uint8_t)head[2]);
            i += run;
        } else {
            out_bytes(text + i, 1);
            sum = (uint8_t)(sum + (uint8_t)text[i]);
            i++;
        }
    }
    snprintf(tail, sizeof tail, "#%02x", (uint8_t)(sum + (wrong ? 1 : 0)));
    out_bytes(tail, 3);
}

static char last_answer[8192];

/* Answers as the fault has it. */
static void answer(const char *text)
{
    const bool faulty = server.asked++ >= server.fault_at && server.fault != HONEST;
    char changed[8192];

    snprintf(last_answer, sizeof last_answer, "%s", text);
    if (!faulty) {
        out_packet(text, false);
        return;
    }
    snprintf(changed, sizeof changed, "%s", text);
    switch (server.fault) {
    case DIES:
        server.gone = true;
        return;
    case SILENT:
    case ENDLESS:
    case LONG:
    case CHATTER:
        return; /* what comes is made as it is read */
    case CHECKSUM:
    case ONCE_WRONG:
        out_packet(text, true);
        return;
    case ODD:
        changed[strlen(changed) > 0 ? strlen(changed) - 1 : 0] = '\0';
        break;
    case TOO_MUCH:
        memset(changed, '0', sizeof changed - 1);
        changed[4096] = '\0';
        break;
    case NO_HEX:
        memset(changed, 'z', strlen(changed));
        break;
    case NOTHING:
        changed[0] = '\0';
        break;
    case REFUSES:
        snprintf(changed, sizeof changed, "E01");
        break;
    case BAD_RUN:
        out_bytes("$* #4a", 6);
        return;
    case HUGE_RUNS:
        out_bytes("$0", 2);
        for (int i = 0; i < 5000; i++) {
            out_bytes("*~", 2);
        }
        out_bytes("#00", 3);
        return;
    case UNASKED:
        out_packet("O68656c6c6f", false);
        out_packet("T05thread:01;", false);
        break;
    case SHORT:
        if (strlen(changed) > 8 && changed[0] != 'm' && changed[0] != 'l' && changed[0] != 'P') {
            changed[4] = '\0';
        }
        break;
    default:
        break;
    }
    out_packet(changed, false);
}

static void answer_read(const char *request)
{
    static const char digits[] = "0123456789abcdef";
    unsigned address;
    unsigned length;
    char text[4200];

    if (sscanf(request, "m%x,%x", &address, &length) != 2 || length > 2048 || address < BASE ||
        address - BASE > BYTES || length > BYTES - (address - BASE)) {
        answer("E14");
        return;
    }
    for (unsigned i = 0; i < length; i++) {
        text[2 * i] = digits[server.flash[address - BASE + i] >> 4];
        text[2 * i + 1] = digits[server.flash[address - BASE + i] & 15];
    }
    text[2 * length] = '\0';
    answer(text);
}

static bool in_flash(unsigned address, size_t length)
{
    return address >= BASE && address - BASE <= BYTES && length <= BYTES - (address - BASE);
}

static void program(unsigned address, const uint8_t *data, size_t length, bool memory)
{
    assert_true(in_flash(address, length));
    for (size_t i = 0; i < length && !server.lazy; i++) {
        uint8_t *byte = &server.flash[address - BASE + i];

        if (server.wipes) {
            server.pending[address - BASE + i] = data[i];
            server.is_pending[address - BASE + i] = true;
        } else {
            *byte = memory ? data[i] : (uint8_t)(*byte & data[i]);
        }
    }
}

/* As pyOCD 0.13 does it. */
static void wipe_and_program(void)
{
    for (size_t page = 0; page < BYTES; page += PAGE) {
        if (memchr(server.is_pending + page, 1, PAGE) == NULL) {
            continue;
        }
        for (size_t i = page; i < page + PAGE; i++) {
            server.flash[i] = server.is_pending[i] ? server.pending[i] : 0xFF;
        }
    }
    memset(server.is_pending, 0, sizeof server.is_pending);
}

const char server_map[] =
    "l<?xml version=\"1.0\"?><memory-map><memory type=\"ram\" start=\"0x20000000\" "
    "length=\"0x1000\"/><memory type=\"flash\" start=\"0x10000000\" length=\"0x10000\">"
    "<property name=\"blocksize\">0x1000</property></memory></memory-map>";

/* Does what a request asks, of `length` bytes already unescaped. */
static void serve(uint8_t *request, size_t length)
{
    const char *text = (const char *)request;
    const uint8_t *data = memchr(request, ':', length);
    unsigned address = 0;
    unsigned size = 0;

    request[length] = '\0';
    if (strncmp(text, "qSupported", 10) == 0) {
        answer(server.no_map ? "PacketSize=400"
                             : "PacketSize=400;QStartNoAckMode+;qXfer:memory-map:read+");
    } else if (strcmp(text, "QStartNoAckMode") == 0) {
        answer("OK");
        server.no_ack = true;
    } else if (strncmp(text, "qXfer", 5) == 0) {
        answer(server_map);
    } else if (strncmp(text, "qRcmd,", 6) == 0) {
        server.was_reset = true;
        answer("OK");
    } else if (text[0] == 'm') {
        answer_read(text);
    } else if (text[0] == 'X' && sscanf(text, "X%x,%x:", &address, &size) == 2) {
        if (size > 0) {
            assert_int_equal(request + length - (data + 1), size);
            program(address, data + 1, size, true);
        }
        answer("OK");
    } else if (sscanf(text, "vFlashErase:%x,%x", &address, &size) == 2) {
        assert_true(in_flash(address, size) && address % PAGE == 0 && size % PAGE == 0);
        if (!server.lazy) {
            memset(server.flash + (address - BASE), 0xFF, size);
        }
        answer("OK");
    } else if (sscanf(text, "vFlashWrite:%x:", &address) == 1) {
        data = memchr(data + 1, ':', length - (size_t)(data + 1 - request));
        program(address, data + 1, (size_t)(request + length - (data + 1)), false);
        answer("OK");
    } else if (strcmp(text, "vFlashDone") == 0) {
        wipe_and_program();
        answer("OK");
    } else if (strcmp(text, "c") == 0) {
        server.running = true;
    } else {
        answer("");
    }
}

/* Takes whole packets out of what has come. */
static void take(void)
{
    size_t at = 0;

    while (at < server.in_used) {
        const uint8_t *end = memchr(server.in + at, '#', server.in_used - at);
        uint8_t request[4096];
        size_t length = 0;
        uint8_t sum = 0;

        if (server.in[at] == '-' && server.fault == ONCE_WRONG) {
            out_packet(last_answer, false);
        } else if (server.in[at] == '-' && server.fault == CHECKSUM) {
            out_packet(last_answer, true);
        }
        if (server.in[at] != '$') {
            at++;
            continue;
        }
        if (end == NULL || (size_t)(end - server.in) + 3 > server.in_used) {
            break;
        }
        for (const uint8_t *p = server.in + at + 1; p < end; p++) {
            sum = (uint8_t)(sum + *p);
            if (*p == '}') {
                p++;
                sum = (uint8_t)(sum + *p);
                request[length++] = *p ^ 0x20;
            } else {
                request[length++] = *p;
            }
        }
        {
            const char digits[3] = {(char)end[1], (char)end[2], 0};

            assert_int_equal(strtoul(digits, NULL, 16), sum);
        }
        at = (size_t)(end - server.in) + 3;
        if (server.asked >= server.fault_at && server.fault == ALWAYS_MINUS && !server.no_ack) {
            out_bytes("-", 1);
            continue;
        }
        if (!server.no_ack && !(server.asked >= server.fault_at && server.fault == NO_PLUS)) {
            out_bytes("+", 1);
        }
        serve(request, length);
    }
    memmove(server.in, server.in + at, server.in_used - at);
    server.in_used -= at;
}

static int line_read(void *context, uint8_t *data, size_t capacity, uint32_t timeout_ms)
{
    const bool faulty = server.asked > server.fault_at;
    size_t count = server.out_used - server.out_first;

    (void)context;
    if (count > 0) {
        count = count < capacity ? count : capacity;
        memcpy(data, server.out + server.out_first, count);
        server.out_first += count;
        if (server.out_first == server.out_used) {
            server.out_first = 0;
            server.out_used = 0;
        }
        return (int)count;
    }
    if (server.gone) {
        return LINK_E_IO;
    }
    if (faulty && server.fault == ENDLESS) {
        memset(data, '+', capacity);
        server.now++;
        return (int)capacity;
    }
    if (faulty && server.fault == LONG) {
        memset(data, 'a', capacity);
        data[0] = server.now++ == 0 ? '$' : 'a';
        return (int)capacity;
    }
    if (faulty && server.fault == CHATTER) {
        server.now++;
        out_packet("O41", false);
        return 0;
    }
    server.now += timeout_ms;
    return 0;
}

static int line_write(void *context, const uint8_t *data, size_t length)
{
    (void)context;
    if (server.gone) {
        return LINK_E_IO;
    }
    assert_true(length <= sizeof server.in - server.in_used);
    memcpy(server.in + server.in_used, data, length);
    server.in_used += length;
    take();
    return 0;
}

static uint32_t line_now(void *context)
{
    (void)context;
    return server.now;
}

static bool reconnect(void *context)
{
    (void)context;
    if (server.refused_connections > 0) {
        server.refused_connections--;
        return false;
    }
    server.connections++;
    server.gone = false;
    server.no_ack = false;
    server.in_used = 0;
    server.out_first = 0;
    server.out_used = 0;
    return true;
}

static void close_line(void *context)
{
    (void)context;
}

const struct gdb_connection server_connection = {
    .line = {line_read, line_write, line_now, NULL},
    .reconnect = reconnect,
    .close = close_line,
};

void server_init(enum fault fault, int fault_at)
{
    memset(&server, 0, sizeof server);
    for (size_t i = 0; i < sizeof server.flash; i++) {
        server.flash[i] = (uint8_t)(i % PAGE < PAGE / 2 ? i * 13 + i / 256 : 0xFF);
    }
    server.fault = fault;
    server.fault_at = fault_at;
    server.refused_connections = NEVER;
}
