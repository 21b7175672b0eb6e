// SPDX-License-Identifier: Apache-2.0
#include <base/bytes.h>

#include <string.h>

size_t bytes_length(const char *text)
{
    size_t length = 0;

    while (text[length] != '\0') {
        length++;
    }
    return length;
}

void bytes_move(void *to, const void *from, size_t length)
{
    const uint8_t *source = from;
    uint8_t *target = to;

    if ((uintptr_t)target <= (uintptr_t)source) {
        for (size_t i = 0; i < length; i++) {
            target[i] = source[i];
        }
    } else {
        while (length > 0) {
            length--;
            target[length] = source[length];
        }
    }
}

void bytes_reader_init(struct bytes_reader *reader, const void *data, size_t length)
{
    reader->next = data;
    reader->left = length;
    reader->ok = true;
}

const uint8_t *bytes_read_block(struct bytes_reader *reader, size_t length)
{
    const uint8_t *block = reader->next;

    if (!reader->ok || length > reader->left) {
        reader->ok = false;
        return NULL;
    }
    reader->next += length;
    reader->left -= length;
    return block;
}

uint8_t bytes_read_u8(struct bytes_reader *reader)
{
    const uint8_t *p = bytes_read_block(reader, 1);

    return p != NULL ? *p : 0;
}

uint16_t bytes_read_u16(struct bytes_reader *reader)
{
    const uint8_t *p = bytes_read_block(reader, 2);

    return p != NULL ? bytes_get_u16(p) : 0;
}

uint32_t bytes_read_u32(struct bytes_reader *reader)
{
    const uint8_t *p = bytes_read_block(reader, 4);

    return p != NULL ? bytes_get_u32(p) : 0;
}

void bytes_read_copy(struct bytes_reader *reader, void *out, size_t length)
{
    const uint8_t *p = bytes_read_block(reader, length);

    if (p != NULL) {
        memcpy(out, p, length);
    } else {
        memset(out, 0, length);
    }
}

void bytes_writer_init(struct bytes_writer *writer, void *data, size_t capacity)
{
    writer->data = data;
    writer->used = 0;
    writer->capacity = capacity;
    writer->ok = true;
}

void bytes_write_block(struct bytes_writer *writer, const void *data, size_t length)
{
    if (!writer->ok || length > writer->capacity - writer->used) {
        writer->ok = false;
        return;
    }
    if (length > 0) {
        memcpy(writer->data + writer->used, data, length);
        writer->used += length;
    }
}

void bytes_write_u8(struct bytes_writer *writer, uint8_t value)
{
    bytes_write_block(writer, &value, 1);
}

void bytes_write_u16(struct bytes_writer *writer, uint16_t value)
{
    uint8_t raw[2];

    bytes_put_u16(raw, value);
    bytes_write_block(writer, raw, sizeof raw);
}

void bytes_write_u32(struct bytes_writer *writer, uint32_t value)
{
    uint8_t raw[4];

    bytes_put_u32(raw, value);
    bytes_write_block(writer, raw, sizeof raw);
}

bool bytes_equal(const void *a, const void *b, size_t length)
{
    const volatile uint8_t *left = a;
    const volatile uint8_t *right = b;
    uint8_t difference = 0;

    for (size_t i = 0; i < length; i++) {
        difference |= (uint8_t)(left[i] ^ right[i]);
    }
    return difference == 0;
}

static uint32_t word_at(const uint8_t *at)
{
    uint32_t word;

    memcpy(&word, at, sizeof word);
    return word;
}

bool bytes_all(const void *data, size_t length, uint8_t value)
{
    const uint8_t *at = data;
    uint32_t pattern = value * 0x01010101u;
    uint32_t other = 0; /* bits that are not as they should be */

    for (; length >= 16 && other == 0; length -= 16) {
        other = (word_at(at) ^ pattern) | (word_at(at + 4) ^ pattern) |
                (word_at(at + 8) ^ pattern) | (word_at(at + 12) ^ pattern);
        at += 16;
    }
    for (; length > 0 && other == 0; length--) {
        other = *at++ ^ value;
    }
    return other == 0;
}
