// SPDX-License-Identifier: Apache-2.0
/* Computes known check values, in all ways that there are, again and again. */
#include <gantry/crc.h>

#include "../vectors.h"

#define DIGITS "123456789"

static uint8_t text[LONG_TEXT];
static struct told told;

static bool is_crc(enum abi_crc_algorithm algorithm, const char *data, uint32_t expected)
{
    uint32_t value;

    return crc_compute(algorithm, data, strlen(data), &value) == ABI_OK && value == expected;
}

/* Begins, takes the data away in the middle, and is told so; then begins again and lets it end. */
static const char *check_begun(void)
{
    if (crc_start(ABI_CRC_32, text, sizeof text, tell, &told) != ABI_OK) {
        return "not begun";
    }
    crc_release();
    if (await(&told) != ABI_RESERVE) {
        return "not told that the data are gone";
    }
    if (crc_start(ABI_CRC_32, text, sizeof text, tell, &told) != ABI_OK || await(&told) != ABI_OK ||
        told.argument[1] != 0x5E4E1995u || told.argument[2] != 32) {
        return "wrong value of the long text";
    }
    crc_release();
    return NULL;
}

static const char *check(void)
{
    uint32_t value;

    if (!is_crc(ABI_CRC_32, DIGITS, 0xCBF43926u) || !is_crc(ABI_CRC_32C, DIGITS, 0xE3069283u) ||
        !is_crc(ABI_CRC_16_CCITT, "01234567", 0xC21Fu)) {
        return "wrong value";
    }
    if (crc_compute((enum abi_crc_algorithm)3, DIGITS, 9, &value) != ABI_INVAL) {
        return "unknown algorithm taken";
    }
    if (crc_compute(ABI_CRC_32, NULL, 9, &value) != ABI_SIZE) {
        return "no data taken";
    }
    return check_begun();
}

int main(void)
{
    if (!crc_exists()) {
        return ABI_NODEVICE;
    }
    fill(text);
    rounds("crc", check);
}
