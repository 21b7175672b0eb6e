// SPDX-License-Identifier: Apache-2.0
/* Intel HEX out: data in lines of 16 bytes, and linear addresses of 32 bits in front of them. */
#include "flash_file.h"

#include <stdio.h>
#include <string.h>

#include <base/checked.h>

enum { LINE_BYTES = 16, DATA = 0, END = 1, LINEAR = 4, BANK = 0x10000 };

static void put_record(uint8_t type, uint32_t address, const uint8_t *data, uint32_t size,
                       char line[HEX_LINE_MAX])
{
    unsigned sum = size + (address >> 8 & 0xFFu) + (address & 0xFFu) + type;
    size_t used = (size_t)snprintf(line, HEX_LINE_MAX, ":%02X%04X%02X", (unsigned)size,
                                   (unsigned)(address & 0xFFFFu), (unsigned)type);

    for (uint32_t i = 0; i < size; i++) {
        sum += data[i];
        used += (size_t)snprintf(line + used, HEX_LINE_MAX - used, "%02X", data[i]);
    }
    snprintf(line + used, HEX_LINE_MAX - used, "%02X", (0u - sum) & 0xFFu);
}

bool hex_next(struct hex_range *range, char line[HEX_LINE_MAX])
{
    const uint32_t bank = range->address / BANK;
    uint32_t size = ck_min(range->length, LINE_BYTES - range->address % LINE_BYTES);

    if (range->ended) {
        return false;
    }
    if (range->length == 0) {
        range->ended = true;
        put_record(END, 0, NULL, 0, line);
    } else if (!range->banked || bank != range->bank) {
        const uint8_t high[] = {(uint8_t)(bank >> 8), (uint8_t)bank};

        range->banked = true;
        range->bank = bank;
        put_record(LINEAR, 0, high, sizeof high, line);
    } else {
        put_record(DATA, range->address, range->bytes, size, line);
        range->address += size;
        range->bytes += size;
        range->length -= size;
    }
    return true;
}

bool hex_write(uint32_t address, const uint8_t *bytes, uint32_t length, struct bytes *text)
{
    const struct hex_range all = {.address = address, .bytes = bytes, .length = length};
    struct hex_range range = all;
    char line[HEX_LINE_MAX];
    size_t size = 0;
    size_t used = 0;

    *text = (struct bytes){NULL, 0};
    while (hex_next(&range, line)) {
        size += strlen(line) + 1;
    }
    if (!bytes_resize(text, size)) {
        return false;
    }
    for (range = all; hex_next(&range, line); text->data[used++] = '\n') {
        memcpy(text->data + used, line, strlen(line));
        used += strlen(line);
    }
    return true;
}
