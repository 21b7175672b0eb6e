// SPDX-License-Identifier: Apache-2.0
/*
 * Objects that the kernel has not accepted yet: written by a bootloader, a probe, or found in a
 * gap. Each gets full verification under the normal rules; what fails is refused and kept.
 */
#include <string.h>

#include "load.h"

static struct {
    uint32_t address; /* of the object */
    void (*all_done)(int result);
} present;

/* Goes on; result: why the present object was not adopted. */
static void next_object(int result);

static void refuse(int error)
{
    next_object(error);
}

/* The object is verified: takes the decisions about it and begins its record. 0 or why not. */
static int adopt(void)
{
    const struct tbf_header *header = &load_verified.header;
    const struct trust_key *key = load_verified.key;
    const struct trust_owner *owner = &loader_config->anchor->owners[key->owner];
    struct store_identity identity = {.version = header->version};
    struct store_app_record record;
    struct store_app app;
    uint32_t replaces;
    int decision;

    load_describe(&record, present.address, header, key, load_verified.digest);
    identity.short_id = record.short_id;
    identity.owner = record.owner;
    memcpy(identity.digest, record.digest, sizeof identity.digest);
    decision = store_decide(&load.store, &identity, &replaces, &record.floor);
    /* Its own candidate record is no other app. */
    if ((decision == STORE_SAME || decision == STORE_UPDATE) && replaces != present.address) {
        decision =
            LOADER_E_DUPLICATE; /* the installed one stays: only a host can order an update */
    }
    if (decision >= 0) {
        decision =
            trust_check_policy(owner, header->name.data, header->name.length, identity.short_id);
    }
    if (decision == 0) {
        decision = store_app_find(&load.store, present.address, &app);
    }
    if (decision == 0) {
        record.space = app.record.space;
        if (app.recorded) {
            record.flags = app.record.flags; /* a host tool may have set them since */
        }
        memcpy(record.boot_digest, load.boot_digest, sizeof record.boot_digest);
        load_after(store_adopt_begin(&load.store, &record), next_object);
    }
    return decision;
}

static void boot_hashed(int result)
{
    int error = result != 0 ? result : adopt();

    if (error != 0) {
        refuse(error);
    }
}

static void verified(int error)
{
    if (error != 0) {
        refuse(error);
    } else {
        load_boot_hash(present.address, &load_verified.header, boot_hashed);
    }
}

/*
 * Chooses the next object that waits for verification: the first, or the one of the same ShortID
 * with the highest version, so that of several which verify that one runs. Its address is left in
 * `present`. Answers 0, what is wrong with the header, or LOADER_SAME when none waits.
 */
static int choose(void)
{
    struct tbf_header *header = &load_verified.header;
    const struct store_extent *apps = &loader_config->store->apps;
    uint32_t end = apps->address + apps->size;
    uint32_t short_id = 0;
    uint32_t version = 0;
    int error = LOADER_SAME;
    uint32_t behind = 0;
    struct store_app app;

    while (store_app_next(&load.store, STORE_VERIFY, behind, &app) == 0) {
        int wrong;

        behind = app.record.address;
        wrong = load_header(app.record.address, end - app.record.address, header);
        if (error == LOADER_SAME ||
            (wrong == 0 && short_id != 0 && tbf_short_id(header) == short_id &&
             header->version > version)) {
            present.address = app.record.address;
            error = wrong;
            short_id = wrong == 0 ? tbf_short_id(header) : 0;
            version = header->version;
        }
    }
    return error;
}

static void next_object(int result)
{
    const struct store_extent *apps = &loader_config->store->apps;
    /* One that could not be adopted is not tried again before the next start. */
    int error = result;

    for (;;) {
        if (error != 0) {
            (void)store_refuse(&load.store, present.address, error);
        }
        error = choose();
        if (error == LOADER_SAME) {
            present.all_done(0);
            return;
        }
        error = error != 0 ? error
                           : load_verify(present.address,
                                         apps->address + apps->size - present.address, verified);
        if (error == 0) {
            return;
        }
    }
}

void load_adopt_all(void (*next)(int result))
{
    present.all_done = next;
    next_object(0);
}
