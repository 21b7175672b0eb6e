// SPDX-License-Identifier: Apache-2.0
/*
 * A hash function that works in pieces. What it keeps between two pieces lies with the caller, so
 * that any number of hashes can be under way at once. Kernel loop and system calls; no call waits.
 */
#ifndef HIL_DIGEST_H
#define HIL_DIGEST_H

#include <stddef.h>
#include <stdint.h>

/** Bytes of the longest digest of any hash. */
#define HIL_DIGEST_SIZE_MAX 32u

/** A hash under way; its inside belongs to the driver. It may be moved between two calls. */
struct hil_digest_state {
    uint32_t inside[26];
};

struct hil_digest {
    uint16_t piece; /* bytes that one update() may be given: what is done in 5,000 instructions */
    uint8_t size;   /* bytes of a digest */

    /** Starts a hash, whatever the state holds. 0 or HIL_E_IO. */
    int (*start)(const struct hil_digest *digest, struct hil_digest_state *state);
    /** Hashes length more bytes, at most `piece`. 0 or HIL_E_IO. */
    int (*update)(const struct hil_digest *digest, struct hil_digest_state *state,
                  const uint8_t *data, size_t length);
    /** Ends the hash, stores `size` bytes in out and clears the state. 0 or HIL_E_IO. */
    int (*finish)(const struct hil_digest *digest, struct hil_digest_state *state, uint8_t *out);
    /** Clears the state for good; one that was never started too. */
    void (*clear)(const struct hil_digest *digest, struct hil_digest_state *state);
};

#endif
