// SPDX-License-Identifier: Apache-2.0
/*
 * ECDSA over NIST P-256 with SHA-256 (FIPS 186-4), verified by mbedTLS: on devices by its p256-m,
 * on the host by its general code, of the same version.
 */
#ifndef TRUST_VERIFY_H
#define TRUST_VERIFY_H

#include <stdint.h>

#define TRUST_PUBLIC_SIZE    64u /* x and y, 32 bytes each, big-endian */
#define TRUST_SIGNATURE_SIZE 64u /* r and s, 32 bytes each, big-endian */

/*
 * The two answers. Neither is 0, 1 or all ones, and they differ in every bit, so that no cleared
 * register, skipped call or single flipped bit reads as success.
 */
#define TRUST_VERIFIED 0x5AC3A53Cu
#define TRUST_REFUSED  0xA53C5AC3u

/**
 * Verifies a signature over a digest. Both (r, s) and (r, n - s) are accepted.
 * @param public_key  x and y; a point that is not on the curve is refused
 * @param digest      SHA-256 digest, 32 bytes
 * @param signature   r and s; values outside [1, n - 1] are refused
 * @return TRUST_VERIFIED or TRUST_REFUSED; compare with TRUST_VERIFIED, never with 0
 *
 * Needs 700 bytes of stack on Cortex-M4, no heap; writes no static data: any context.
 */
uint32_t trust_verify(const uint8_t public_key[TRUST_PUBLIC_SIZE], const uint8_t digest[32],
                      const uint8_t signature[TRUST_SIGNATURE_SIZE]);

#endif
