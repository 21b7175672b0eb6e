// SPDX-License-Identifier: Apache-2.0
#include <kv/siphash.h>

#include <base/bytes.h>

#include <string.h>

static uint64_t rotate(uint64_t value, unsigned bits)
{
    return (value << bits) | (value >> (64u - bits));
}

static void rounds(uint64_t v[4], unsigned count)
{
    while (count-- > 0) {
        v[0] += v[1];
        v[1] = rotate(v[1], 13) ^ v[0];
        v[0] = rotate(v[0], 32);
        v[2] += v[3];
        v[3] = rotate(v[3], 16) ^ v[2];
        v[0] += v[3];
        v[3] = rotate(v[3], 21) ^ v[0];
        v[2] += v[1];
        v[1] = rotate(v[1], 17) ^ v[2];
        v[2] = rotate(v[2], 32);
    }
}

void siphash_zero_key(const void *data, size_t length, uint8_t hash[SIPHASH_SIZE])
{
    uint64_t v[4] = {0x736F6D6570736575u, 0x646F72616E646F6Du, 0x6C7967656E657261u,
                     0x7465646279746573u};
    const uint8_t *bytes = data;

    /* Blocks of eight bytes; the last one ends with the length and may be nothing else. */
    for (size_t at = 0; at <= length; at += SIPHASH_SIZE) {
        size_t left = length - at < SIPHASH_SIZE ? length - at : SIPHASH_SIZE;
        uint8_t block[SIPHASH_SIZE] = {0};
        uint64_t word;

        block[SIPHASH_SIZE - 1] = (uint8_t)length;
        memcpy(block, bytes + at, left);
        word = bytes_get_u32(block) | (uint64_t)bytes_get_u32(block + 4) << 32;
        v[3] ^= word;
        rounds(v, 2);
        v[0] ^= word;
    }
    v[2] ^= 0xFF;
    rounds(v, 4);
    v[0] ^= v[1] ^ v[2] ^ v[3];
    bytes_put_u32(hash, (uint32_t)v[0]);
    bytes_put_u32(hash + 4, (uint32_t)(v[0] >> 32));
}
