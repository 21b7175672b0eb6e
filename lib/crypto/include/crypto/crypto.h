// SPDX-License-Identifier: Apache-2.0
/*
 * The drivers of <hil/digest.h>, <hil/hmac.h>, <hil/aes.h> and <hil/crc.h> in software, for boards
 * without hardware for them. mbedTLS does SHA-256, AES and its modes CTR, CBC, ECB and CCM. No heap
 * and no writable data: any context, as long as each state is used by one at a time.
 */
#ifndef CRYPTO_CRYPTO_H
#define CRYPTO_CRYPTO_H

#include <hil/aes.h>
#include <hil/crc.h>
#include <hil/digest.h>
#include <hil/hmac.h>

/** HMAC over any hash function with blocks of HIL_HMAC_BLOCK bytes. */
struct crypto_hmac {
    struct hil_hmac hmac;
    const struct hil_digest *digest;
};

/** SHA-256 (FIPS 180-4). */
extern const struct hil_digest crypto_sha256;
/** HMAC-SHA-256 (RFC 2104, RFC 4231). */
extern const struct crypto_hmac crypto_hmac_sha256;
/** AES-128. GCM takes vectors of 12 bytes only. */
extern const struct hil_aes crypto_aes;
extern const struct hil_crc crypto_crc;

#endif
