// SPDX-License-Identifier: Apache-2.0
/* Intel HEX: lines of ":", bytes in hexadecimal (count, address, type, data, checksum). */
#include "flash_file.h"

#include <string.h>

enum { RECORD_MAX = 5 + 255, HEAD = 4, SEGMENT_SHIFT = 4, LINEAR_SHIFT = 16 };

/* Types of records. */
enum { DATA = 0, END = 1, SEGMENT = 2, SEGMENT_START = 3, LINEAR = 4, LINEAR_START = 5 };

static int digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'A' && c <= 'F') {
        return c - 'A' + 10;
    }
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Reads a line's bytes; 0 when it is none of this format, or its checksum is wrong. */
static size_t read_record(const char *line, size_t length, uint8_t record[RECORD_MAX])
{
    size_t count = 0;
    uint8_t sum = 0;

    if (length < 1 || line[0] != ':' || length % 2 == 0 || length / 2 > RECORD_MAX) {
        return 0;
    }
    for (size_t at = 1; at < length; at += 2) {
        const int high = digit(line[at]);
        const int low = digit(line[at + 1]);

        if (high < 0 || low < 0) {
            return 0;
        }
        record[count] = (uint8_t)(high << 4 | low);
        sum = (uint8_t)(sum + record[count++]);
    }
    return count > HEAD && record[0] == count - HEAD - 1 && sum == 0 ? count : 0;
}

/* Takes a record in; false when it cannot stand there. */
static bool take_record(const uint8_t *record, uint32_t *base, bool *end, struct flash_file *file)
{
    const uint32_t size = record[0];
    const uint32_t address = (uint32_t)record[1] << 8 | record[2];
    const uint8_t *data = record + HEAD;

    switch (record[3]) {
    case DATA:
        /* Within a record addresses would wrap at 64 KiB: no tool makes use of that. */
        return size == 0 || (address + size <= 0x10000 && *base <= UINT32_MAX - address &&
                             flash_file_add(file, *base + address, data, size));
    case END:
        *end = true;
        return size == 0;
    case SEGMENT:
    case LINEAR:
        *base = size == 2 ? ((uint32_t)data[0] << 8 | data[1])
                                << (record[3] == LINEAR ? LINEAR_SHIFT : SEGMENT_SHIFT)
                          : 0;
        return size == 2;
    default:
        return (record[3] == SEGMENT_START || record[3] == LINEAR_START) && size == 4;
    }
}

size_t hex_read(const char *text, size_t length, struct flash_file *file)
{
    uint8_t record[RECORD_MAX];
    uint32_t base = 0;
    size_t number = 1;
    bool end = false;

    for (size_t at = 0; at < length; number++) {
        const char *stop = memchr(text + at, '\n', length - at);
        const size_t whole = stop != NULL ? (size_t)(stop - (text + at)) : length - at;
        const size_t used = whole > 0 && text[at + whole - 1] == '\r' ? whole - 1 : whole;

        if (used > 0 && (end || read_record(text + at, used, record) == 0 ||
                         !take_record(record, &base, &end, file))) {
            return number;
        }
        at += whole + 1;
    }
    return end ? 0 : number; /* without its last record it was cut off */
}
