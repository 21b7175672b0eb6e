// SPDX-License-Identifier: Apache-2.0
/*
 * Intel HEX ("Hexadecimal Object File Format Specification", Intel, 1988): lines of a colon, a byte
 * count, an offset of 16 bits, a type, data, and a checksum that makes the sum of all bytes zero.
 */
#include <stdio.h>
#include <string.h>

#include <base/checked.h>

#include "parts.h"

enum {
    DATA = 0,
    END = 1,
    SEGMENT = 2, /* the upper part of addresses: bits 4 to 19 */
    START_SEGMENT = 3,
    LINEAR = 4, /* bits 16 to 31 */
    START_LINEAR = 5,
    RECORD_MAX = 255,
    OVERHEAD = 5, /* count, offset, type, checksum */
    LINE_BYTES = 16,
    LINE_TEXT = 1 + 2 * (LINE_BYTES + OVERHEAD) + 1
};

struct record {
    uint8_t bytes[RECORD_MAX + OVERHEAD];
    uint8_t count; /* of data, which begins at bytes[4] */
    uint16_t offset;
    uint8_t type;
};

static int digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* One line without its end. */
static const char *read_record(const char *line, size_t length, struct record *record)
{
    size_t count = 0;
    uint8_t sum = 0;

    if (length == 0 || line[0] != ':') {
        return "a line begins with a colon";
    }
    if (length % 2 == 0 || length > 1 + 2 * sizeof record->bytes || length < 1 + 2 * OVERHEAD) {
        return "the line has not the length of a record";
    }
    for (size_t i = 1; i < length; i += 2) {
        const int high = digit(line[i]);
        const int low = digit(line[i + 1]);

        if (high < 0 || low < 0) {
            return "there is something that is no hexadecimal digit";
        }
        record->bytes[count] = (uint8_t)(high << 4 | low);
        sum = (uint8_t)(sum + record->bytes[count++]);
    }
    record->count = record->bytes[0];
    record->offset = (uint16_t)(record->bytes[1] << 8 | record->bytes[2]);
    record->type = record->bytes[3];
    if (count != (size_t)record->count + OVERHEAD) {
        return "the line has not as many bytes as it says";
    }
    return sum == 0 ? NULL : "the checksum is wrong";
}

/* Does what a record says. *base: what is added to offsets. */
static const char *take(const struct record *r, struct parts *parts, uint32_t *base)
{
    static const uint8_t counts[] = {
        [END] = 0, [SEGMENT] = 2, [START_SEGMENT] = 4, [LINEAR] = 2, [START_LINEAR] = 4};
    const uint32_t upper = (uint32_t)(r->bytes[4] << 8 | r->bytes[5]);

    if (r->type > START_LINEAR) {
        return "there is no such type of record";
    }
    if (r->type == DATA) {
        if (r->offset + r->count > UINT16_MAX + 1) {
            return "the record passes the end of its segment";
        }
        return parts_add(parts, *base + r->offset, r->bytes + 4, r->count);
    }
    if (r->count != counts[r->type]) {
        return "a record of this type has another length";
    }
    if (r->type == SEGMENT) {
        *base = upper << 4;
    } else if (r->type == LINEAR) {
        *base = upper << 16;
    }
    return NULL; /* where a program would start is not asked for */
}

const char *hex_parse(const char *text, size_t length, struct parts *parts, unsigned *line)
{
    struct record record = {.type = DATA};
    uint32_t base = 0;
    size_t at = 0;

    parts->count = 0;
    for (*line = 1; at < length; (*line)++) {
        const char *end = memchr(text + at, '\n', length - at);
        const size_t next = end != NULL ? (size_t)(end - text) + 1 : length;
        size_t size = (end != NULL ? next - 1 : next) - at;
        const char *wrong;

        size -= size > 0 && text[at + size - 1] == '\r' ? 1 : 0;
        if (record.type == END) {
            wrong = size == 0 ? NULL : "there is something behind the end";
        } else {
            wrong = read_record(text + at, size, &record);
            wrong = wrong != NULL ? wrong : take(&record, parts, &base);
        }
        if (wrong != NULL) {
            return wrong;
        }
        at = next;
    }
    *line = 0;
    if (record.type != END) {
        return "the record that ends a file is missing";
    }
    return parts->count == 0         ? "it has no bytes"
           : !parts_are_apart(parts) ? "some bytes come twice"
                                     : NULL;
}

/* Adds a line. */
static size_t put_record(char *out, uint8_t type, uint16_t offset, const uint8_t *data,
                         uint32_t count)
{
    uint8_t sum = (uint8_t)(count + (offset >> 8) + offset + type);
    size_t used = (size_t)snprintf(out, LINE_TEXT + 1, ":%02X%04X%02X", (unsigned)count,
                                   (unsigned)offset, (unsigned)type);

    for (uint32_t i = 0; i < count; i++) {
        sum = (uint8_t)(sum + data[i]);
        used += (size_t)snprintf(out + used, 3, "%02X", data[i]);
    }
    return used + (size_t)snprintf(out + used, 4, "%02X\n", (uint8_t)(0x100 - sum));
}

bool hex_write(uint32_t address, const uint8_t *data, uint32_t length, struct bytes *text)
{
    const size_t lines = (size_t)length / LINE_BYTES + (size_t)length / UINT16_MAX + 6;
    uint32_t upper = 0;
    size_t used = 0;

    *text = (struct bytes){NULL, 0};
    if (!bytes_resize(text, 2 * lines * LINE_TEXT)) {
        return false;
    }
    for (uint32_t at = 0; at < length;) {
        const uint32_t here = address + at;
        /* No record passes the end of 64 KiB, and all but the first begin at a multiple. */
        const uint32_t part = ck_min(LINE_BYTES - here % LINE_BYTES, length - at);

        if (here >> 16 != upper) {
            const uint8_t bits[] = {(uint8_t)(here >> 24), (uint8_t)(here >> 16)};

            upper = here >> 16;
            used += put_record((char *)text->data + used, LINEAR, 0, bits, sizeof bits);
        }
        used += put_record((char *)text->data + used, DATA, (uint16_t)here, data + at, part);
        at += part;
    }
    used += put_record((char *)text->data + used, END, 0, NULL, 0);
    text->size = used;
    return true;
}
