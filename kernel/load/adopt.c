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

/* The object is verified: takes the decisions about it and begins its record. 0 or why not. */
static int adopt(void)
{
    const struct tbf_header *header = &load_verified.header;
    const struct trust_key *key = load_verified.key;
    const struct trust_owner *owner = &load.config->anchor->owners[key->owner];
    struct store_identity identity = {.version = header->version};
    struct store_app_record record;
    struct store_app app;
    uint32_t replaces;
    int decision;

    load_describe(&record, address, header, key, load_verified.digest);
    identity.short_id = record.short_id;
    identity.owner = record.owner;
    memcpy(identity.digest, record.digest, sizeof identity.digest);
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
    if (decision == 0) {
        record.space = app.record.space;
        load_after(store_adopt_begin(&load.store, &record), next_object);
    }
    return decision;
}

static void verified(int error)
{
    error = error != 0 ? error : adopt();
    if (error != 0) {
        refuse(error);
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
