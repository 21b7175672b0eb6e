// SPDX-License-Identifier: Apache-2.0
/*
 * All three check values bit by bit, with one loop: it shifts to the right, so the polynomials are
 * reversed, and CRC-16/CCITT, whose result is not, is turned round at the end.
 */
#include <crypto/crypto.h>

static const uint32_t polynomial[HIL_CRC_ALGORITHMS] = {0xEDB88320u, 0x82F63B78u, 0x8408u};

static uint32_t start(const struct hil_crc *crc, enum hil_crc_algorithm algorithm)
{
    (void)crc;
    return algorithm == HIL_CRC_CCITT ? 0xFFFFu : 0xFFFFFFFFu;
}

static uint32_t update(const struct hil_crc *crc, enum hil_crc_algorithm algorithm, uint32_t value,
                       const uint8_t *data, size_t length)
{
    uint32_t reversed = polynomial[algorithm];

    (void)crc;
    for (size_t i = 0; i < length; i++) {
        value ^= data[i];
        for (int bit = 0; bit < 8; bit++) {
            value = (value & 1u) != 0 ? (value >> 1) ^ reversed : value >> 1;
        }
    }
    return value;
}

static uint32_t finish(const struct hil_crc *crc, enum hil_crc_algorithm algorithm, uint32_t value)
{
    uint32_t turned = 0;

    (void)crc;
    if (algorithm != HIL_CRC_CCITT) {
        return ~value;
    }
    for (int bit = 0; bit < 16; bit++) {
        turned |= ((value >> bit) & 1u) << (15 - bit);
    }
    return turned;
}

const struct hil_crc crypto_crc = {
    .piece = 96, /* some 45 instructions per byte */
    .start = start,
    .update = update,
    .finish = finish,
};
