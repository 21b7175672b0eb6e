/* SPDX-License-Identifier: Apache-2.0 */
/*
 * P-256 keys. Files are PEM (SEC1, PKCS#8, encrypted or not) or DER. Private numbers are wiped when
 * a key is freed. Ownership, threads: see context.h.
 */
#ifndef GANTRY_KEY_H
#define GANTRY_KEY_H

#include <gantry/context.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Opaque. */
struct gantry_key;

/**
 * Makes a new private key.
 * @param key  receives it, to be freed with gantry_key_free(); NULL when this fails
 * @return GANTRY_OK; GANTRY_MEMORY; GANTRY_FAILED: the system has no random numbers
 */
GANTRY_API enum gantry_error gantry_key_generate(struct gantry *gantry, struct gantry_key **key);
/**
 * Reads a key file, private or public. The password of an encrypted one is asked for:
 * gantry_on_password().
 * @param key  receives it, to be freed with gantry_key_free(); NULL when this fails
 * @return GANTRY_OK; GANTRY_FAILED: no file, no P-256 key, or no password; GANTRY_PERMISSION;
 *         GANTRY_MEMORY
 */
GANTRY_API enum gantry_error gantry_key_read(struct gantry *gantry, const char *path,
                                             struct gantry_key **key);
/**
 * Writes a private key to PATH, for its owner alone, and its public half beside it: NAME.pub.pem
 * for NAME.pem. No file is overwritten.
 * @return GANTRY_OK; GANTRY_FAILED: one of them exists, or cannot be written; GANTRY_PERMISSION;
 *         GANTRY_USAGE: it is a public key
 */
GANTRY_API enum gantry_error gantry_key_write(struct gantry *gantry, const struct gantry_key *key,
                                              const char *path);
/** Its public half: x and y, 32 bytes each, big-endian. Valid as long as the key. */
GANTRY_API const uint8_t *gantry_key_public(const struct gantry_key *key);
/** Whether it can sign. */
GANTRY_API bool gantry_key_is_private(const struct gantry_key *key);
/** Wipes and frees it; key may be NULL. */
GANTRY_API void gantry_key_free(struct gantry_key *key);

#ifdef __cplusplus
}
#endif
#endif
