// SPDX-License-Identifier: Apache-2.0
/*
 * Objects that the kernel has not accepted yet: written by a bootloader, a probe, or found in a
 * gap. Each gets full verification under the normal rules; what fails is refused and kept.
 */
#include <string.h>

#include "load.h"

static void (*all_done)(int result);
static uint32_t address;

static void next_object(int result);

static void refuse(int error)
{
    (void)store_refuse(&load.store, address, error);
    next_object(0);
}

/* The object is verified: takes the decisions about it and writes its record. */
static void adopt(void)
{
    const struct tbf_header *header = &load_verified.header;
    const struct trust_key *key = load_verified.key;
    const struct trust_owner *owner = &load.config->anchor->owners[key->owner];
    struct store_identity identity = {
        .short_id = tbf_short_id(header),
        .owner = load_owner_number(owner),
        .version = header->version,
    };
    struct store_app_record record = {
        .address = address,
        .size = header->total_size,
        .hashed = header->binary_end,
        .short_id = identity.short_id,
        .version = header->version,
        .owner = identity.owner,
        .header_flags = header->flags,
        .header_checksum = header->checksum,
        .status = STORE_ACCEPTED,
        .flags = (uint8_t)(header->flags & STORE_FLAG_ENABLED),
        .replaces = STORE_NONE,
    };
    struct store_app app;
    uint32_t replaces;
    int decision;

    memcpy(identity.digest, load_verified.digest, sizeof identity.digest);
    memcpy(record.digest, load_verified.digest, sizeof record.digest);
    memcpy(record.key, key->fingerprint, sizeof record.key);
    decision = store_decide(&load.store, &identity, &replaces, &record.floor);
    /* Its own candidate record is no other app. */
    if ((decision == STORE_SAME || decision == STORE_UPDATE) && replaces != address) {
        decision =
            LOADER_E_DUPLICATE; /* the installed one stays: only a host can order an update */
    }
    if (decision >= 0) {
        decision =
            trust_check_policy(owner, header->name.data, header->name.length, identity.short_id);
    }
    if (decision == 0) {
        decision = store_app_find(&load.store, address, &app);
    }
    if (decision != 0) {
        refuse(decision);
        return;
    }
    record.space = app.record.space;
    load_after(store_adopt_begin(&load.store, &record), next_object);
}

static void verified(int error)
{
    if (error != 0) {
        refuse(error);
    } else {
        adopt();
    }
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
        error = load_verify(address, apps->address + apps->size - address, verified);
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
