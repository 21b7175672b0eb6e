// SPDX-License-Identifier: Apache-2.0
/* Cyclic redundancy checks that work in pieces. Pure in software; no call waits. */
#ifndef HIL_CRC_H
#define HIL_CRC_H

#include <stddef.h>
#include <stdint.h>

enum hil_crc_algorithm {
    HIL_CRC_32,    /* IEEE 802.3: 0x04C11DB7, reflected; "123456789" gives 0xCBF43926 */
    HIL_CRC_32C,   /* Castagnoli: 0x1EDC6F41, reflected; "123456789" gives 0xE3069283 */
    HIL_CRC_CCITT, /* 0x1021, start 0xFFFF, lowest bit of each byte first, result as it is */
    HIL_CRC_ALGORITHMS
};

struct hil_crc {
    uint16_t piece; /* bytes that one update() may be given: what is done in 5,000 instructions */

    /** The value to start with. */
    uint32_t (*start)(const struct hil_crc *crc, enum hil_crc_algorithm algorithm);
    /** Answers the value after length more bytes, at most `piece`. */
    uint32_t (*update)(const struct hil_crc *crc, enum hil_crc_algorithm algorithm, uint32_t value,
                       const uint8_t *data, size_t length);
    /** Makes the check value of the last value. */
    uint32_t (*finish)(const struct hil_crc *crc, enum hil_crc_algorithm algorithm, uint32_t value);
};

#endif
