// SPDX-License-Identifier: Apache-2.0
/*
 * mbedTLS's GCM keeps tables of 256 bytes for each message and takes 2.8 KB of flash; this one has
 * no tables and takes a sixth of that. The hash takes the same time whatever the data are.
 */
#include "gcm.h"

#include <string.h>

#include <mbedtls/platform_util.h>

/* The polynomial of the field, reversed: x^128 + x^7 + x^2 + x + 1. */
#define REDUCTION 0xE1000000u

enum { COUNTER_START = 12 };

static uint32_t get_u32(const uint8_t *p)
{
    return ((uint32_t)p[0] << 24) | ((uint32_t)p[1] << 16) | ((uint32_t)p[2] << 8) | p[3];
}

static void put_u32(uint8_t *p, uint32_t value)
{
    p[0] = (uint8_t)(value >> 24);
    p[1] = (uint8_t)(value >> 16);
    p[2] = (uint8_t)(value >> 8);
    p[3] = (uint8_t)value;
}

/* SP 800-38D, 6.3, algorithm 1: hash = hash * key. Bit 0 of a value is the highest of word 0. */
static void multiply(uint32_t hash[4], const uint32_t key[4])
{
    uint32_t product[4] = {0, 0, 0, 0};
    uint32_t shifted[4] = {key[0], key[1], key[2], key[3]};

    for (uint32_t word = 0; word < 4; word++) {
        uint32_t bits = hash[word];

        for (uint32_t bit = 0; bit < 32; bit++) {
            uint32_t take = 0u - (bits >> 31);
            uint32_t reduce = 0u - (shifted[3] & 1u);

            product[0] ^= shifted[0] & take;
            product[1] ^= shifted[1] & take;
            product[2] ^= shifted[2] & take;
            product[3] ^= shifted[3] & take;
            shifted[3] = (shifted[3] >> 1) | (shifted[2] << 31);
            shifted[2] = (shifted[2] >> 1) | (shifted[1] << 31);
            shifted[1] = (shifted[1] >> 1) | (shifted[0] << 31);
            shifted[0] = (shifted[0] >> 1) ^ (reduce & REDUCTION);
            bits <<= 1;
        }
    }
    memcpy(hash, product, sizeof product);
}

/* Hashes up to a block; what is missing of it counts as zeros. */
static void hash_block(struct gcm *gcm, const uint8_t *data, size_t length)
{
    uint8_t block[HIL_AES_BLOCK] = {0};

    memcpy(block, data, length);
    for (uint32_t i = 0; i < 4; i++) {
        gcm->hash[i] ^= get_u32(block + (size_t)4 * i);
    }
    multiply(gcm->hash, gcm->hash_key);
}

/* Encrypts the counter, then counts: the last 32 bits alone, whatever they overflow to. */
static int next_mask(struct gcm *gcm, uint8_t mask[HIL_AES_BLOCK])
{
    int result = mbedtls_aes_crypt_ecb(&gcm->aes, MBEDTLS_AES_ENCRYPT, gcm->counter, mask);

    put_u32(gcm->counter + COUNTER_START, get_u32(gcm->counter + COUNTER_START) + 1u);
    return result;
}

int gcm_start(struct gcm *gcm, const uint8_t key[HIL_AES_KEY_SIZE],
              const uint8_t iv[HIL_AES_GCM_IV])
{
    uint8_t block[HIL_AES_BLOCK] = {0};
    int result;

    memset(gcm, 0, sizeof *gcm);
    mbedtls_aes_init(&gcm->aes);
    result = mbedtls_aes_setkey_enc(&gcm->aes, key, HIL_AES_KEY_SIZE * 8);
    if (result == 0) {
        result = mbedtls_aes_crypt_ecb(&gcm->aes, MBEDTLS_AES_ENCRYPT, block, block);
    }
    for (uint32_t i = 0; i < 4; i++) {
        gcm->hash_key[i] = get_u32(block + (size_t)4 * i);
    }
    mbedtls_platform_zeroize(block, sizeof block);
    memcpy(gcm->counter, iv, HIL_AES_GCM_IV);
    put_u32(gcm->counter + COUNTER_START, 1);
    return result == 0 ? next_mask(gcm, gcm->mask) : result;
}

void gcm_associate(struct gcm *gcm, const uint8_t *data, size_t length)
{
    gcm->associated += (uint32_t)length;
    while (length != 0) {
        size_t count = length < HIL_AES_BLOCK ? length : HIL_AES_BLOCK;

        hash_block(gcm, data, count);
        data += count;
        length -= count;
    }
}

int gcm_crypt(struct gcm *gcm, bool encrypt, uint8_t *data, size_t length)
{
    uint8_t mask[HIL_AES_BLOCK];
    int result = 0;

    gcm->message += (uint32_t)length;
    while (length != 0 && result == 0) {
        size_t count = length < HIL_AES_BLOCK ? length : HIL_AES_BLOCK;

        /* The hash is over the encrypted text. */
        if (!encrypt) {
            hash_block(gcm, data, count);
        }
        result = next_mask(gcm, mask);
        for (size_t i = 0; i < count; i++) {
            data[i] ^= mask[i];
        }
        if (encrypt) {
            hash_block(gcm, data, count);
        }
        data += count;
        length -= count;
    }
    mbedtls_platform_zeroize(mask, sizeof mask);
    return result;
}

void gcm_finish(struct gcm *gcm, uint8_t tag[HIL_AES_TAG_MAX])
{
    uint8_t lengths[HIL_AES_BLOCK];

    /* Both lengths in bits, as 64-bit numbers. */
    put_u32(lengths, gcm->associated >> 29);
    put_u32(lengths + 4, gcm->associated << 3);
    put_u32(lengths + 8, gcm->message >> 29);
    put_u32(lengths + 12, gcm->message << 3);
    hash_block(gcm, lengths, sizeof lengths);
    for (uint32_t i = 0; i < 4; i++) {
        put_u32(tag + (size_t)4 * i, gcm->hash[i] ^ get_u32(gcm->mask + (size_t)4 * i));
    }
}
