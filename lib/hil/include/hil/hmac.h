// SPDX-License-Identifier: Apache-2.0
/*
 * HMAC (RFC 2104) that works in pieces: key, then message, both of any length. What it keeps
 * between two pieces lies with the caller. Kernel loop and system calls; no call waits.
 */
#ifndef HIL_HMAC_H
#define HIL_HMAC_H

#include <stddef.h>
#include <stdint.h>

#include <hil/digest.h>

/** Bytes that the hash function takes at a time: keys up to this are used as they are. */
#define HIL_HMAC_BLOCK 64u
/** Answered by what takes more than one piece: call it again. */
#define HIL_HMAC_MORE 1

/** A message authentication code under way; its inside belongs to the driver and holds the key. */
struct hil_hmac_state {
    struct hil_digest_state hash;
    uint8_t key[HIL_HMAC_BLOCK];
    uint32_t key_length;
    uint32_t step;
};

struct hil_hmac {
    uint16_t piece; /* bytes that one key() or update() may be given */
    uint8_t size;   /* bytes of a code */

    /** Starts with an empty key, whatever the state holds. 0 or HIL_E_IO. */
    int (*start)(const struct hil_hmac *hmac, struct hil_hmac_state *state);
    /** Appends length bytes to the key, at most `piece`. 0 or HIL_E_IO. */
    int (*key)(const struct hil_hmac *hmac, struct hil_hmac_state *state, const uint8_t *data,
               size_t length);
    /** Ends the key. 0, HIL_HMAC_MORE or HIL_E_IO. */
    int (*begin)(const struct hil_hmac *hmac, struct hil_hmac_state *state);
    /** Takes length more bytes of the message, at most `piece`. 0 or HIL_E_IO. */
    int (*update)(const struct hil_hmac *hmac, struct hil_hmac_state *state, const uint8_t *data,
                  size_t length);
    /**
     * Ends the message; at last stores `size` bytes in out and clears the state.
     * @return 0, HIL_HMAC_MORE (out is untouched) or HIL_E_IO
     */
    int (*finish)(const struct hil_hmac *hmac, struct hil_hmac_state *state, uint8_t *out);
    /** Clears the state, key and all; one that was never started too. */
    void (*clear)(const struct hil_hmac *hmac, struct hil_hmac_state *state);
};

#endif
