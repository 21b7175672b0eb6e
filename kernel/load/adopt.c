// SPDX-License-Identifier: Apache-2.0
/*
 * Objects that the kernel has not accepted yet: written by a bootloader, a probe, or found in a
 * gap. Each gets full verification under the normal rules; what fails is refused and kept.
 */
#include <string.h>

#include <kernel/verifier.h>
#include <tbf/footer.h>

#include "load.h"

static void (*all_done)(int result);
static uint32_t address;
static struct tbf_header header;
static uint8_t digest[32];
static uint8_t key_index;

static void next_object(int result);

static void refuse(int error)
{
    (void)store_refuse(&load.store, address, error);
    next_object(0);
}

/* The object is verified: takes the decisions about it and writes its record. */
static void adopt(const struct trust_key *key)
{
    const struct trust_owner *owner = &load.config->anchor->owners[key->owner];
    struct store_identity identity = {
        .short_id = tbf_short_id(&header),
        .owner = load_owner_number(owner),
        .version = header.version,
    };
    struct store_app_record record = {
        .address = address,
        .size = header.total_size,
        .hashed = header.binary_end,
        .short_id = identity.short_id,
        .version = header.version,
        .owner = identity.owner,
        .header_flags = header.flags,
        .header_checksum = header.checksum,
        .status = STORE_ACCEPTED,
        .flags = (uint8_t)(header.flags & STORE_FLAG_ENABLED),
        .replaces = STORE_NONE,
    };
    struct store_app app;
    uint32_t replaces;
    int decision;

    memcpy(identity.digest, digest, sizeof digest);
    memcpy(record.digest, digest, sizeof digest);
    memcpy(record.key, key->fingerprint, sizeof record.key);
    decision = store_decide(&load.store, &identity, &replaces, &record.floor);
    /* Its own candidate record is no other app. */
    if ((decision == STORE_SAME || decision == STORE_UPDATE) && replaces != address) {
        decision =
            LOADER_E_DUPLICATE; /* the installed one stays: only a host can order an update */
    }
    if (decision >= 0) {
        decision =
            trust_check_policy(owner, header.name.data, header.name.length, identity.short_id);
    }
    if (decision == 0) {
        decision = store_app_find(&load.store, address, &app);
    }
    if (decision != 0) {
        refuse(decision);
        return;
    }
    record.space = app.record.space;
    memcpy(record.boot_digest, load.boot_digest, sizeof record.boot_digest);
    load_after(store_adopt_begin(&load.store, &record), next_object);
}

static void boot_hashed(int result)
{
    if (result != 0) {
        refuse(result);
        return;
    }
    adopt(&load.config->anchor->keys[key_index]);
}

static void try_key(void);

static void checked(void *context, const struct verifier_result *result)
{
    const struct trust_anchor *anchor = load.config->anchor;

    (void)context;
    if (result->ok) {
        load_boot_hash(address, &header, boot_hashed);
    } else if (++key_index < anchor->key_count) {
        try_key();
    } else {
        refuse(TRUST_E_SIGNATURE);
    }
}

static void try_key(void)
{
    const struct hil_flash *flash = load.config->store->flash;
    const uint8_t *object = flash->map(flash, address, header.total_size);
    const uint8_t *signature = object != NULL ? tbf_ecdsa_signature(object, &header) : NULL;

    if (signature == NULL || key_index >= load.config->anchor->key_count) {
        refuse(TRUST_E_UNSIGNED);
    } else if (verifier_check(load.config->anchor->keys[key_index].public_key, digest, signature,
                              checked, NULL) != 0) {
        refuse(KERNEL_E_BUSY);
    }
}

static void hashed(void *context, const struct verifier_result *result)
{
    (void)context;
    if (!result->ok) {
        refuse(KERNEL_E_FAULT);
        return;
    }
    memcpy(digest, result->digest, sizeof digest);
    key_index = 0;
    try_key();
}

/* Takes the next object that waits for verification. */
static void next_object(int result)
{
    struct store_app app;

    (void)result; /* an adoption that failed left the object refused or waiting; go on */
    for (uint32_t i = 0; i < store_app_count(&load.store); i++) {
        const struct store_extent *apps = &load.config->store->apps;
        int error;

        if (store_app_at(&load.store, i, &app) != 0 || app.state != STORE_VERIFY ||
            app.record.address <= address) {
            continue;
        }
        address = app.record.address;
        error = load_header(address, apps->address + apps->size - address, &header);
        if (error == 0) {
            error = verifier_hash(address, header.binary_end, NULL, hashed, NULL);
        }
        if (error == 0) {
            return;
        }
        (void)store_refuse(&load.store, address, error);
    }
    all_done(0);
}

void load_adopt_all(void (*next)(int result))
{
    all_done = next;
    address = 0;
    next_object(0);
}
