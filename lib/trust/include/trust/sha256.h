// SPDX-License-Identifier: Apache-2.0
/*
 * SHA-256 (FIPS 180-4), computed by mbedTLS. No static data is written: any context, also an
 * unprivileged one, as long as each state is used by one at a time.
 */
#ifndef TRUST_SHA256_H
#define TRUST_SHA256_H

#include <stddef.h>
#include <stdint.h>

#define TRUST_DIGEST_SIZE 32u

/** A hash in progress; its inside belongs to sha256.c. May be copied to fork a hash. */
struct trust_sha256 {
    uint32_t inside[32];
};

/** Starts a hash. */
void trust_sha256_init(struct trust_sha256 *hash);
/** Hashes length more bytes; data may be NULL when length is 0. */
void trust_sha256_update(struct trust_sha256 *hash, const void *data, size_t length);
/** Ends the hash and wipes the state. */
void trust_sha256_finish(struct trust_sha256 *hash, uint8_t digest[TRUST_DIGEST_SIZE]);
/** Hashes length bytes in one go; about 250 bytes of stack. */
void trust_sha256(const void *data, size_t length, uint8_t digest[TRUST_DIGEST_SIZE]);

#endif
