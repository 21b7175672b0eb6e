// SPDX-License-Identifier: Apache-2.0
/*
 * AES-128 (FIPS 197) in the modes of SP 800-38A, C and D, working in pieces. What it keeps between
 * two pieces, the expanded key included, lies with the caller, so that any number of messages can
 * be under way at once. Kernel loop and system calls; no call waits.
 */
#ifndef HIL_AES_H
#define HIL_AES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HIL_AES_KEY_SIZE  16u
#define HIL_AES_BLOCK     16u
#define HIL_AES_GCM_IV    12u
#define HIL_AES_CCM_NONCE 13u /* the longest; 7 the shortest */
#define HIL_AES_TAG_MAX   16u

enum hil_aes_mode {
    HIL_AES_CTR,
    HIL_AES_CBC,
    HIL_AES_ECB,
    HIL_AES_CCM,
    HIL_AES_GCM,
    HIL_AES_MODES
};

/** A message under way; its inside belongs to the driver and holds the key. */
struct hil_aes_state {
    size_t inside[65];
};

/** What a message is started with; read during start() only. */
struct hil_aes_setup {
    enum hil_aes_mode mode;
    bool encrypt;
    const uint8_t *key; /* HIL_AES_KEY_SIZE bytes */
    /* Initial counter or vector (16 bytes), CCM nonce (7 to 13), GCM vector (12); ECB has none. */
    const uint8_t *iv;
    uint32_t iv_length;
    /* CCM: the lengths of both parts are hashed first. GCM ignores them. */
    uint32_t associated_length;
    uint32_t message_length;
    uint32_t tag_length; /* CCM: 0 (no tag), 4, 6, ... 16 */
};

struct hil_aes {
    /* Bytes that one associate() or crypt() may be given in each mode: a multiple of a block, done
     * in 5,000 instructions. */
    uint8_t piece[HIL_AES_MODES];

    /**
     * Starts a message, whatever the state holds.
     * @return 0, HIL_E_UNSUPPORTED for lengths that the mode does not have, HIL_E_IO
     */
    int (*start)(const struct hil_aes *aes, struct hil_aes_state *state,
                 const struct hil_aes_setup *setup);
    /** CCM, GCM: takes associated data, all of it before the message. 0 or HIL_E_IO. */
    int (*associate)(const struct hil_aes *aes, struct hil_aes_state *state, const uint8_t *data,
                     size_t length);
    /**
     * Encrypts or decrypts in place.
     * @param length  at most a piece; whole blocks with CBC and ECB, and with CCM and GCM all but
     *                the last one
     * @return 0, HIL_E_UNSUPPORTED (length) or HIL_E_IO
     */
    int (*crypt)(const struct hil_aes *aes, struct hil_aes_state *state, uint8_t *data,
                 size_t length);
    /** CCM, GCM: ends the message, stores its tag, HIL_AES_TAG_MAX bytes at most. 0 or HIL_E_IO. */
    int (*finish)(const struct hil_aes *aes, struct hil_aes_state *state,
                  uint8_t tag[HIL_AES_TAG_MAX]);
    /** Clears the state, key and all; one that was never started too. */
    void (*clear)(const struct hil_aes *aes, struct hil_aes_state *state);
};

#endif
