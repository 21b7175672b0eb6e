// SPDX-License-Identifier: Apache-2.0
/* RSA signatures, PKCS#1 v1.5, as Tock's credentials have them. */
#ifndef PACKAGE_RSA_H
#define PACKAGE_RSA_H

#include <mbedtls/md.h>

#include "package.h"

enum { RSA_BYTES_MAX = 512, RSA_EXPONENT_MAX = 8 };

/**
 * Signs bytes.
 * @param path       private key
 * @param size       bytes of its modulus; a key of another size is refused
 * @param hash       what is signed of the bytes
 * @param modulus    receives size bytes, big-endian
 * @param signature  receives size bytes
 * @return an exit code; everything has been reported
 */
int rsa_sign(struct cli *cli, const char *path, size_t size, mbedtls_md_type_t hash,
             const uint8_t *data, size_t length, uint8_t *modulus, uint8_t *signature);

/** How many bits the RSA key in a file has; 0: it is of another kind. @return an exit code */
int rsa_bits(struct cli *cli, const char *path, size_t *bits);

/**
 * Reads the public half of a key, big-endian without leading zeros.
 * @param modulus, modulus_size    receive up to RSA_BYTES_MAX bytes
 * @param exponent, exponent_size  receive up to RSA_EXPONENT_MAX bytes
 * @return an exit code; everything has been reported
 */
int rsa_public(struct cli *cli, const char *path, uint8_t *modulus, size_t *modulus_size,
               uint8_t *exponent, size_t *exponent_size);

/**
 * Verifies a signature.
 * @param modulus  what the key's must be; NULL: not compared
 * @param fits     receives whether it was made by the key; false, too, for one of another kind
 * @param kind     receives whether the key is an RSA key of that size at all
 */
int rsa_verify(struct cli *cli, const char *path, size_t size, mbedtls_md_type_t hash,
               const uint8_t *data, size_t length, const uint8_t *modulus, const uint8_t *signature,
               bool *kind, bool *fits);

#endif
