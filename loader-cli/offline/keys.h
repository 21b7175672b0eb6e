// SPDX-License-Identifier: Apache-2.0
/*
 * The keys that a kernel trusts, found in its image: each is a public key with its own SHA-256
 * behind it (lib/trust, struct trust_key), which nothing else in an image is by chance. Keys for
 * apps and for kernels are not told apart; the kernel has the last word.
 */
#ifndef OFFLINE_KEYS_H
#define OFFLINE_KEYS_H

#include <stddef.h>
#include <stdint.h>

enum {
    KEYS_FOUND_MAX = 16,
    KEY_NAME_MAX = 33 /* of an owner, with the terminator */
};

/** A key. */
struct found_key {
    uint8_t public_key[64];
    uint8_t fingerprint[32];
    uint32_t offset;          /* where in the image it lies */
    char owner[KEY_NAME_MAX]; /* keys_name_owners(); "": not known */
};

/**
 * Looks for keys.
 * @param found  receives up to KEYS_FOUND_MAX
 * @return how many
 */
size_t keys_find(const uint8_t *image, uint32_t size, struct found_key *found);
/**
 * Looks for the names of the keys' owners: a struct trust_anchor in the image that has the key
 * leads to it, where the compiler has left one.
 * @param address       where the image lies when it runs
 * @param found, count  what keys_find() has found in it; each receives its owner's name, or ""
 */
void keys_name_owners(const uint8_t *image, uint32_t size, uint32_t address,
                      struct found_key *found, size_t count);

#endif
