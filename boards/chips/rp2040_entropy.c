// SPDX-License-Identifier: Apache-2.0
#include <chips/rp2040_entropy.h>

#include <string.h>

#include <hil/error.h>
#include <trust/sha256.h>

#include "rp2040.h"

#define RANDOM_BIT RP2040_REG(RP2040_ROSC + 0x1Cu)

/*
 * The bits are biased and follow each other closely: 32 are taken for one that is given out. A run
 * of equal bits that is longer than chance makes it (NIST SP 800-90B, 4.4.1, at half a bit of
 * entropy each, 2^-30) means that the oscillator stands still.
 */
enum { KEY_SIZE = 32, WORDS = 256, REPEATED_MAX = 61 };

static uint8_t key[KEY_SIZE]; /* hash chain over everything drawn: never leaves this file */

/* key = SHA-256(key, fresh bits) */
static int stir(void)
{
    struct trust_sha256 hash;
    uint32_t repeated = 0;
    uint32_t last = 2;
    uint32_t longest = 0;

    trust_sha256_init(&hash);
    trust_sha256_update(&hash, key, sizeof key);
    for (uint32_t i = 0; i < WORDS; i++) {
        uint32_t word = 0;

        for (uint32_t k = 0; k < 32; k++) {
            uint32_t bit = RANDOM_BIT & 1u;

            repeated = bit == last ? repeated + 1 : 1;
            longest = repeated > longest ? repeated : longest;
            last = bit;
            word = word << 1 | bit;
        }
        trust_sha256_update(&hash, &word, sizeof word);
    }
    trust_sha256_finish(&hash, key);
    return longest < REPEATED_MAX ? 0 : HIL_E_IO;
}

static void derive(uint8_t label, uint8_t out[KEY_SIZE])
{
    struct trust_sha256 hash;

    trust_sha256_init(&hash);
    trust_sha256_update(&hash, &label, sizeof label);
    trust_sha256_update(&hash, key, sizeof key);
    trust_sha256_finish(&hash, out);
}

static int fill(const struct hil_entropy *entropy, uint8_t *data, size_t length)
{
    (void)entropy;
    while (length > 0) {
        uint8_t block[KEY_SIZE];
        size_t count = length < sizeof block ? length : sizeof block;

        if (stir() != 0) {
            memset(data, 0, length);
            return HIL_E_IO;
        }
        derive('o', block);
        memcpy(data, block, count);
        data += count;
        length -= count;
        /* Forward secrecy: what was given out cannot be computed from what is kept. */
        derive('n', key);
    }
    return 0;
}

const struct hil_entropy rp2040_entropy = {.fill = fill};
