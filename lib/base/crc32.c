// SPDX-License-Identifier: Apache-2.0
#include <base/crc32.h>

#include <base/bytes.h>

/* Reflected table for four bits at a time: entry i is the CRC of the nibble i, 0xEDB88320. */
static const uint32_t nibble[16] = {
    0x00000000u, 0x1DB71064u, 0x3B6E20C8u, 0x26D930ACu, 0x76DC4190u, 0x6B6B51F4u,
    0x4DB26158u, 0x5005713Cu, 0xEDB88320u, 0xF00F9344u, 0xD6D6A3E8u, 0xCB61B38Cu,
    0x9B64C2B0u, 0x86D3D2D4u, 0xA00AE278u, 0xBDBDF21Cu,
};

static inline uint32_t nibbles4(uint32_t crc)
{
    crc = (crc >> 4) ^ nibble[crc & 15];
    crc = (crc >> 4) ^ nibble[crc & 15];
    crc = (crc >> 4) ^ nibble[crc & 15];
    return (crc >> 4) ^ nibble[crc & 15];
}

uint32_t crc32_update(uint32_t crc, const void *data, size_t length)
{
    const uint8_t *p = data;

    crc = ~crc;
    for (; length >= 4; length -= 4) { /* a word at a time: the low byte goes first anyway */
        crc = nibbles4(nibbles4(crc ^ bytes_get_u32(p)));
        p += 4;
    }
    for (; length > 0; length--) {
        crc ^= *p++;
        crc = (crc >> 4) ^ nibble[crc & 15];
        crc = (crc >> 4) ^ nibble[crc & 15];
    }
    return ~crc;
}

uint32_t crc32_posix(const void *data, size_t length)
{
    const uint8_t *p = data;
    uint32_t crc = 0;

    /* Names are short and hashed once: the bitwise form saves a second table. */
    for (size_t i = 0; i < length; i++) {
        crc ^= (uint32_t)p[i] << 24;
        for (int bit = 0; bit < 8; bit++) {
            crc = (crc & 0x80000000u) != 0 ? (crc << 1) ^ 0x04C11DB7u : crc << 1;
        }
    }
    return ~crc;
}
