// SPDX-License-Identifier: Apache-2.0
#include "gdb_packet.h"

#include <string.h>

#include <link/error.h>

enum {
    TRIES = 3,
    ESCAPED = 0x20,  /* what an escaped byte is xored with */
    RUN_OFFSET = 29, /* a run's count is sent as a printable character */
    RUN_FIRST = 32,  /* the least of those */
    RUN_LAST = 126
};

/* Time left of a patience that began at `start`; 0: it is over. */
static uint32_t left_of(const struct gdb_link *link, uint32_t start, uint32_t patience_ms)
{
    const uint32_t gone = link->line->now_ms(link->line->context) - start;

    return gone < patience_ms ? patience_ms - gone : 0;
}

void gdb_link_init(struct gdb_link *link, const struct link_transport *line)
{
    memset(link, 0, sizeof *link);
    link->line = line;
}

/* The next byte from the server: 0 to 255, or a negative enum link_error. */
static int next_byte(struct gdb_link *link, uint32_t start, uint32_t patience_ms)
{
    while (link->input_next == link->input_end) {
        const uint32_t left = left_of(link, start, patience_ms);
        int count = left == 0 ? (int)LINK_E_SILENT
                              : link->line->read(link->line->context, link->input,
                                                 sizeof link->input, left);

        if (count < 0) {
            return count;
        }
        link->input_next = 0;
        link->input_end = (size_t)count < sizeof link->input ? (size_t)count : sizeof link->input;
    }
    /* Also while bytes never cease to come. */
    return left_of(link, start, patience_ms) == 0 ? (int)LINK_E_GARBLED
                                                  : link->input[link->input_next++];
}

static int digit(int c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Adds one byte, or a run of them, to the packet; false: it does not fit or is none. */
static bool append(struct gdb_link *link, int value, size_t count)
{
    if (count > GDB_REPLY_MAX - link->reply_length) {
        return false;
    }
    memset(link->reply + link->reply_length, value, count);
    link->reply_length += count;
    return true;
}

/* Whether the two digits behind '#' are the checksum. */
static int read_checksum(struct gdb_link *link, uint8_t sum, uint32_t start, uint32_t patience_ms)
{
    int high = next_byte(link, start, patience_ms);
    int low = high < 0 ? high : next_byte(link, start, patience_ms);

    if (low < 0) {
        return low;
    }
    return digit(high) >= 0 && digit(low) >= 0 && (digit(high) << 4 | digit(low)) == sum
               ? 0
               : (int)LINK_E_GARBLED;
}

/*
 * Reads what is behind '$' up to and with the checksum. LINK_E_GARBLED: it was no packet, or one
 * that is too long; what is left of it is skipped by whoever looks for the next '$'.
 */
static int read_body(struct gdb_link *link, uint32_t start, uint32_t patience_ms)
{
    uint8_t sum = 0;
    int last = -1;
    bool good = true;

    link->reply_length = 0;
    for (;;) {
        int c = next_byte(link, start, patience_ms);

        if (c < 0) {
            return c;
        }
        if (c == '#') {
            int error = read_checksum(link, sum, start, patience_ms);

            link->reply[link->reply_length] = 0;
            return error != 0 || good ? error : (int)LINK_E_GARBLED;
        }
        if (c == '$') { /* the end of the one before was lost */
            sum = 0;
            last = -1;
            good = true;
            link->reply_length = 0;
            continue;
        }
        sum = (uint8_t)(sum + c);
        if (c == '}' || c == '*') {
            int next = next_byte(link, start, patience_ms);

            if (next < 0) {
                return next;
            }
            sum = (uint8_t)(sum + next);
            if (c == '*') {
                good = good && last >= 0 && next >= RUN_FIRST && next <= RUN_LAST &&
                       append(link, last, (size_t)(next - RUN_OFFSET));
                continue;
            }
            c = next ^ ESCAPED;
        }
        last = c;
        good = good && append(link, c, 1);
    }
}

static int acknowledge(const struct gdb_link *link, bool good)
{
    const uint8_t sign = good ? '+' : '-';

    return link->no_ack ? 0 : link->line->write(link->line->context, &sign, 1);
}

int gdb_packet_receive(struct gdb_link *link, uint32_t patience_ms)
{
    const uint32_t start = link->line->now_ms(link->line->context);

    for (int bad = 0; bad < TRIES;) {
        int c = next_byte(link, start, patience_ms);
        int error;

        if (c < 0) {
            return c;
        }
        if (c != '$') {
            continue; /* acknowledgements, and whatever else is between packets */
        }
        error = read_body(link, start, patience_ms);
        if (error != 0 && error != LINK_E_GARBLED) {
            return error;
        }
        if (error == 0) {
            return acknowledge(link, true);
        }
        bad = link->no_ack ? TRIES : bad + 1; /* nobody would send it again */
        error = acknowledge(link, false);
        if (error != 0) {
            return error;
        }
    }
    return LINK_E_GARBLED;
}

/* Writes through a small buffer, with the checksum of what passes. */
struct sender {
    const struct gdb_link *link;
    uint8_t buffer[512];
    size_t used;
    uint8_t sum;
    int error;
};

static void flush(struct sender *s)
{
    if (s->error == 0 && s->used > 0) {
        s->error = s->link->line->write(s->link->line->context, s->buffer, s->used);
    }
    s->used = 0;
}

static void put(struct sender *s, uint8_t byte)
{
    if (s->used == sizeof s->buffer) {
        flush(s);
    }
    s->buffer[s->used++] = byte;
    s->sum = (uint8_t)(s->sum + byte);
}

static int send_once(const struct gdb_link *link, const uint8_t *data, size_t length)
{
    static const char digits[] = "0123456789abcdef";
    struct sender s = {.link = link};
    uint8_t sum;

    put(&s, '$');
    s.sum = 0;
    for (size_t i = 0; i < length; i++) {
        if (data[i] == '#' || data[i] == '$' || data[i] == '}' || data[i] == '*') {
            put(&s, '}');
            put(&s, data[i] ^ ESCAPED);
        } else {
            put(&s, data[i]);
        }
    }
    sum = s.sum;
    put(&s, '#');
    put(&s, (uint8_t)digits[sum >> 4]);
    put(&s, (uint8_t)digits[sum & 15]);
    flush(&s);
    return s.error;
}

/*
 * Waits for '+'. A packet that comes first is an old one, which nobody waits for any more: a server
 * may report that the target has stopped at any time.
 */
static int await_acknowledgement(struct gdb_link *link, uint32_t start, uint32_t patience_ms)
{
    for (;;) {
        int c = next_byte(link, start, patience_ms);

        if (c < 0) {
            return c;
        }
        if (c == '+' || c == '-') {
            return c == '+' ? 0 : (int)LINK_E_GARBLED;
        }
        if (c == '$') {
            int error = read_body(link, start, patience_ms);

            if (error == 0) {
                error = acknowledge(link, true);
            }
            if (error != 0 && error != LINK_E_GARBLED) {
                return error;
            }
        }
    }
}

int gdb_packet_send(struct gdb_link *link, const void *data, size_t length, uint32_t patience_ms)
{
    const uint32_t start = link->line->now_ms(link->line->context);
    int error = LINK_E_GARBLED;

    for (int i = 0; i < TRIES && error == LINK_E_GARBLED; i++) {
        error = send_once(link, data, length);
        if (error == 0 && !link->no_ack) {
            error = await_acknowledgement(link, start, patience_ms);
        }
    }
    return error;
}
