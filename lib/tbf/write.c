// SPDX-License-Identifier: Apache-2.0
#include <tbf/write.h>

#include <string.h>

#include <base/bytes.h>

enum { CHECKSUM_OFFSET = 12, RESERVED_MIN = 8, RESERVED_MAX = 0xFFFF };

uint32_t tbf_checksum(const uint8_t *header, uint32_t size)
{
    uint32_t sum = 0;

    for (uint32_t at = 0; at + 4 <= size; at += 4) {
        sum ^= bytes_get_u32(header + at);
    }
    return size >= CHECKSUM_OFFSET + 4 ? sum ^ bytes_get_u32(header + CHECKSUM_OFFSET) : sum;
}

void tbf_write_begin(struct tbf_writer *writer, uint8_t *data, uint32_t capacity)
{
    writer->data = data;
    writer->capacity = capacity;
    writer->used = TBF_BASE_SIZE;
    writer->error = capacity >= TBF_BASE_SIZE ? 0 : TBF_E_ROOM;
}

void tbf_write_tlv(struct tbf_writer *writer, uint16_t type, const void *value, uint16_t length)
{
    uint32_t padded = (length + 3u) & ~3u;
    uint8_t *p = writer->data + writer->used;

    if (writer->error != 0 || writer->capacity - writer->used < TBF_TLV_HEADER_SIZE + padded) {
        writer->error = TBF_E_ROOM;
        return;
    }
    bytes_put_u16(p, type);
    bytes_put_u16(p + 2, length);
    memset(p + TBF_TLV_HEADER_SIZE, 0, padded);
    if (length > 0) {
        memcpy(p + TBF_TLV_HEADER_SIZE, value, length);
    }
    writer->used += TBF_TLV_HEADER_SIZE + padded;
}

int tbf_write_end(struct tbf_writer *writer, uint32_t total_size, uint32_t flags)
{
    uint8_t *p = writer->data;

    if (writer->error != 0 || writer->used > UINT16_MAX) {
        return TBF_E_ROOM;
    }
    bytes_put_u16(p, TBF_VERSION);
    bytes_put_u16(p + 2, (uint16_t)writer->used);
    bytes_put_u32(p + 4, total_size);
    bytes_put_u32(p + 8, flags);
    bytes_put_u32(p + CHECKSUM_OFFSET, tbf_checksum(p, writer->used));
    return (int)writer->used;
}

void tbf_write_padding(uint8_t header[TBF_BASE_SIZE], uint32_t total_size)
{
    struct tbf_writer writer;

    tbf_write_begin(&writer, header, TBF_BASE_SIZE);
    (void)tbf_write_end(&writer, total_size, 0); /* 16 bytes always fit */
}

int tbf_write_credential(uint8_t *out, uint32_t room, uint32_t format, const void *data,
                         uint16_t length)
{
    if (length > UINT16_MAX - 4 || room < RESERVED_MIN || room - RESERVED_MIN < length) {
        return TBF_E_ROOM;
    }
    bytes_put_u16(out, TBF_TLV_CREDENTIAL);
    bytes_put_u16(out + 2, (uint16_t)(length + 4));
    bytes_put_u32(out + 4, format);
    if (length > 0) {
        memcpy(out + 8, data, length);
    }
    return RESERVED_MIN + length;
}

void tbf_write_reserved(uint8_t *out, uint32_t room)
{
    memset(out, 0, room);
    while (room >= RESERVED_MIN) {
        uint32_t part = room - TBF_TLV_HEADER_SIZE < RESERVED_MAX ? room - TBF_TLV_HEADER_SIZE
                                                                  : RESERVED_MAX & ~3u;

        bytes_put_u16(out, TBF_TLV_CREDENTIAL);
        bytes_put_u16(out + 2, (uint16_t)part);
        out += TBF_TLV_HEADER_SIZE + part;
        room -= TBF_TLV_HEADER_SIZE + part;
    }
}
