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
static uint8_t credential; /* of those that the object carries */

/* Goes on; result: why the present object was not adopted. */
static void next_object(int result);

static void refuse(int error)
{
    next_object(error);
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
        return;
    }
    if (++key_index >= anchor->key_count) {
        key_index = 0;
        credential++;
    }
    try_key();
}

static void try_key(void)
{
    const struct trust_anchor *anchor = load.config->anchor;
    const struct hil_flash *flash = load.config->store->flash;
    const uint8_t *object = flash->map(flash, address, header.total_size);
    const uint8_t *signature =
        object != NULL ? tbf_ecdsa_signature(object, &header, credential) : NULL;

    if (signature == NULL || anchor->key_count == 0) {
        refuse(credential == 0 ? TRUST_E_UNSIGNED : TRUST_E_SIGNATURE);
    } else if (verifier_check(anchor->keys[key_index].public_key, digest, signature, checked,
                              NULL) != 0) {
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
    credential = 0;
    try_key();
}

/*
 * Chooses the next object that waits for verification: the first, or the one of the same ShortID
 * with the highest version, so that of several which verify that one runs. Its header is left in
 * `header`, its address in `address`. Answers 0, what is wrong with the header, or LOADER_SAME when
 * none waits.
 */
static int choose(void)
{
    const struct store_extent *apps = &load.config->store->apps;
    uint32_t end = apps->address + apps->size;
    uint32_t short_id = 0;
    uint32_t version = 0;
    int error = LOADER_SAME;
    uint32_t behind = 0;
    struct store_app app;

    while (store_app_next(&load.store, STORE_VERIFY, behind, &app) == 0) {
        int wrong;

        behind = app.record.address;
        wrong = load_header(app.record.address, end - app.record.address, &header);
        if (error == LOADER_SAME ||
            (wrong == 0 && short_id != 0 && tbf_short_id(&header) == short_id &&
             header.version > version)) {
            address = app.record.address;
            error = wrong;
            short_id = wrong == 0 ? tbf_short_id(&header) : 0;
            version = header.version;
        }
    }
    return error == 0 ? load_header(address, end - address, &header) : error;
}

static void next_object(int result)
{
    /* One that could not be adopted is not tried again before the next start. */
    int error = result;

    for (;;) {
        if (error != 0) {
            (void)store_refuse(&load.store, address, error);
        }
        error = choose();
        if (error == LOADER_SAME) {
            all_done(0);
            return;
        }
        error = error != 0 ? error : verifier_hash(address, header.binary_end, NULL, hashed, NULL);
        if (error == 0) {
            return;
        }
    }
}

void load_adopt_all(void (*next)(int result))
{
    all_done = next;
    next_object(0);
}
