// SPDX-License-Identifier: Apache-2.0
/*
 * mbedTLS on devices: SHA-256 and the verification half of p256-m, nothing else. p256-m.c compiles
 * to nothing unless its driver option is set.
 */
#ifndef TRUST_DEVICE_CONFIG_H
#define TRUST_DEVICE_CONFIG_H

#define MBEDTLS_HAVE_ASM
#define MBEDTLS_PLATFORM_ZEROIZE_ALT /* zeroize.c */
#define MBEDTLS_SHA256_C
#define MBEDTLS_SHA256_SMALLER /* 1.4 KB less flash for 16 more instructions per byte */
#define MBEDTLS_PSA_P256M_DRIVER_ENABLED

#endif
