// SPDX-License-Identifier: Apache-2.0
/*
 * mbedTLS on devices: SHA-256 and the verification half of p256-m for lib/trust, AES and CCM for
 * lib/crypto, which boards with the capsules for them link. p256-m.c compiles to nothing unless its
 * driver option is set.
 */
#ifndef TRUST_DEVICE_CONFIG_H
#define TRUST_DEVICE_CONFIG_H

#define MBEDTLS_HAVE_ASM
#define MBEDTLS_PLATFORM_ZEROIZE_ALT /* zeroize.c */
#define MBEDTLS_SHA256_C
#define MBEDTLS_SHA256_SMALLER /* 1.4 KB less flash for 16 more instructions per byte */
#define MBEDTLS_PSA_P256M_DRIVER_ENABLED

#define MBEDTLS_AES_C
#define MBEDTLS_AES_ROM_TABLES
#define MBEDTLS_AES_FEWER_TABLES /* 6 KB less flash for some 5 more instructions per byte */
#define MBEDTLS_AES_ONLY_128_BIT_KEY_LENGTH
#define MBEDTLS_CIPHER_MODE_CBC
#define MBEDTLS_CIPHER_MODE_CTR
#define MBEDTLS_CCM_C /* over block_cipher.c, which has no heap, since CIPHER_C is off */

#endif
