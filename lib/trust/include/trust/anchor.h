// SPDX-License-Identifier: Apache-2.0
/*
 * What an image trusts: keys, their owners, and what each owner may sign. The tables are constants
 * that `loader-cli key embed` writes from PEM files when the image is built.
 *
 * Pure; any context.
 */
#ifndef TRUST_ANCHOR_H
#define TRUST_ANCHOR_H

#include <stdbool.h>
#include <stdint.h>

#include <trust/error.h>
#include <trust/verify.h>

#define TRUST_FINGERPRINT_SIZE 32u /* SHA-256 of the 64 bytes of a public key */

struct trust_key {
    uint8_t public_key[TRUST_PUBLIC_SIZE];
    uint8_t fingerprint[TRUST_FINGERPRINT_SIZE];
    uint8_t owner; /* index into trust_anchor.owners */
};

/** ShortIDs from first to last, both included. */
struct trust_id_range {
    uint32_t first;
    uint32_t last;
};

/** Somebody who signs. An empty list in a policy means "any". */
struct trust_owner {
    const char *name;
    const char *const *app_names; /* names that the owner's apps may have */
    const struct trust_id_range *short_ids;
    /*
     * First the driver_count system-call drivers that the owner's apps may use. Then privileges:
     * drivers that do more than everybody should be able to (to control other processes, to install
     * apps), which the owner's apps may use, too.
     */
    const uint32_t *drivers;
    uint8_t app_name_count;
    uint8_t short_id_count;
    uint8_t driver_count;
    uint8_t privilege_count;
    bool development; /* a key made for development: the device says so */
};

struct trust_anchor {
    const struct trust_key *keys;
    const struct trust_owner *owners;
    uint8_t key_count;
    uint8_t owner_count;
};

/** Finds a key by its fingerprint; NULL when it is not trusted. */
const struct trust_key *trust_find_key(const struct trust_anchor *anchor,
                                       const uint8_t fingerprint[TRUST_FINGERPRINT_SIZE]);

/**
 * Asks an owner's policy about an app.
 * @param name, name_length  package name, not terminated
 * @param short_id           its ShortID, 0 = locally unique (only for owners with any ShortID)
 * @return 0, TRUST_E_NAME or TRUST_E_SHORT_ID
 */
int trust_check_policy(const struct trust_owner *owner, const uint8_t *name, uint32_t name_length,
                       uint32_t short_id);

/** Tells whether the policy lets the owner's apps use a driver. */
bool trust_driver_allowed(const struct trust_owner *owner, uint32_t driver);

/** Tells whether the policy names a driver expressly, rather than merely not excluding it. */
bool trust_driver_named(const struct trust_owner *owner, uint32_t driver);

/** Tells whether any trusted key is a development key. */
bool trust_is_development(const struct trust_anchor *anchor);

#endif
