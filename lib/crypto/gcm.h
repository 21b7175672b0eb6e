// SPDX-License-Identifier: Apache-2.0
/* GCM (SP 800-38D) with vectors of 12 bytes, over mbedTLS's AES; inside lib/crypto only. */
#ifndef CRYPTO_GCM_H
#define CRYPTO_GCM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <hil/aes.h>
#include <mbedtls/aes.h>

/** A message under way. Values of the field GF(2^128) are four words, the highest first. */
struct gcm {
    mbedtls_aes_context aes;
    uint32_t hash_key[4];
    uint32_t hash[4];
    uint8_t counter[HIL_AES_BLOCK];
    uint8_t mask[HIL_AES_BLOCK]; /* what the hash is combined with to make the tag */
    uint32_t associated;         /* bytes */
    uint32_t message;            /* bytes */
};

/** Starts a message. 0, or mbedTLS's error. */
int gcm_start(struct gcm *gcm, const uint8_t key[HIL_AES_KEY_SIZE],
              const uint8_t iv[HIL_AES_GCM_IV]);
/** Takes associated data: whole blocks, except the last time. */
void gcm_associate(struct gcm *gcm, const uint8_t *data, size_t length);
/** Encrypts or decrypts in place: whole blocks, except the last time. 0, or mbedTLS's error. */
int gcm_crypt(struct gcm *gcm, bool encrypt, uint8_t *data, size_t length);
/** Makes the tag. */
void gcm_finish(struct gcm *gcm, uint8_t tag[HIL_AES_TAG_MAX]);

#endif
