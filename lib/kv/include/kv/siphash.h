// SPDX-License-Identifier: Apache-2.0
/* SipHash-2-4 (Aumasson and Bernstein, 2012), as TicKV hashes keys with. Pure; any context. */
#ifndef KV_SIPHASH_H
#define KV_SIPHASH_H

#include <stddef.h>
#include <stdint.h>

#define SIPHASH_SIZE 8u

/**
 * Hashes under the key of 16 zero bytes.
 * @param data, length  any bytes
 * @param hash          receives SIPHASH_SIZE bytes, the low byte first; not NULL
 */
void siphash_zero_key(const void *data, size_t length, uint8_t hash[SIPHASH_SIZE]);

#endif
