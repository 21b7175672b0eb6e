// SPDX-License-Identifier: Apache-2.0
/*
 * Installing and updating: announce, verify, receive, hash, decide again, commit, start.
 *
 * Every decision is taken twice: from the announcement, before anything is erased, and from the
 * header in flash, after its digest was found to be the announced one.
 */
#include <string.h>

#include <base/bytes.h>
#include <base/checked.h>
#include <kernel/verifier.h>
#include <tbf/format.h>

#include "load.h"

static struct loader_announcement wanted;
static const struct trust_key *key;
static struct store_place place;
static uint32_t replaces;
static uint32_t floor_version;
static bool receiving; /* `wanted` was verified and a transfer for it is open */
static bool make_room; /* the old version goes first */
static bool ended_old; /* the old version was running, and was ended for the commit */
static int verdict;    /* why a transfer that is being discarded was refused */

static const struct trust_owner *owner(void)
{
    return &load.config->anchor->owners[key->owner];
}

/* Owner, version and policy. Answers 0, LOADER_SAME or an error. */
static int decide(const uint8_t *name, uint32_t name_length, uint32_t short_id, uint32_t version)
{
    struct store_identity identity = {
        .short_id = short_id, .owner = load_owner_number(owner()), .version = version};
    int decision = trust_check_policy(owner(), name, name_length, short_id);

    if (decision != 0) {
        return decision;
    }
    memcpy(identity.digest, wanted.digest, sizeof identity.digest);
    decision = store_decide(&load.store, &identity, &replaces, &floor_version);
    if (decision == STORE_E_OLDER) {
        load.result.needed = floor_version;
        load.result.available = version;
    }
    return decision < 0 ? decision : decision == STORE_SAME ? LOADER_SAME : 0;
}

static bool has_free_slot(void)
{
    for (uint32_t i = 0; i < process_slots(); i++) {
        if (process_at(i) == NULL) {
            return true;
        }
    }
    return false;
}

/* Whether the app's process would find its place and RAM; what an old version holds counts as free.
 */
static int check_process(void)
{
    const struct process *old = replaces != STORE_NONE ? process_of_app(replaces) : NULL;
    uint32_t total;

    if (old == NULL && !has_free_slot()) {
        return KERNEL_E_SLOTS;
    }
    if (process_ram_fits(wanted.min_ram, wanted.ram_address, old)) {
        return 0;
    }
    load.result.needed = wanted.min_ram;
    process_ram_free(&load.result.available, &total);
    if (wanted.ram_address != UINT32_MAX) {
        load.result.available = 0; /* there; elsewhere does not help */
    }
    return KERNEL_E_RAM;
}

/* Finds flash for the object, or for the rest of it when a transfer of it was cut off. */
static int find_place(void)
{
    struct store_transfer old;
    struct store_space space;
    int error;

    if (store_transfer_find(&load.store, &old) == 0 && old.size == wanted.size &&
        old.hashed == wanted.binary_end &&
        bytes_equal(old.digest, wanted.digest, sizeof wanted.digest)) {
        return 0;
    }
    error =
        store_place(&load.store, wanted.size, wanted.address, load.config->rules, &place, &space);
    if (error == STORE_E_SPACE || error == STORE_E_REGION) {
        load.result.needed = space.needed;
        load.result.available = wanted.address == STORE_NONE ? space.largest : 0;
        make_room = wanted.in_place && replaces != STORE_NONE;
        return make_room ? 0 : error;
    }
    return error;
}

static int check_announcement(void)
{
    int error;

    make_room = false;
    if (!ck_is_aligned(wanted.size, 4) || wanted.size < TBF_BASE_SIZE ||
        wanted.binary_end > wanted.size || wanted.binary_end < TBF_BASE_SIZE ||
        wanted.name_length > sizeof wanted.name) {
        return LOADER_E_FORM;
    }
    key = trust_find_key(load.config->anchor, wanted.fingerprint);
    if (key == NULL) {
        return TRUST_E_KEY;
    }
    error = decide(wanted.name, wanted.name_length, wanted.short_id, wanted.version);
    error = error != 0 ? error : check_process();
    return error != 0 ? error : find_place();
}

/* The transfer is open: tells the host where to go on. */
static void opened(int result)
{
    struct store_transfer transfer;

    if (result == 0 && store_transfer_find(&load.store, &transfer) == 0) {
        receiving = true;
        load.result.address = transfer.address;
        load.result.offset = transfer.position;
        load.result.rotate = transfer.rotate;
    }
    load_job_end(result);
}

static void open_transfer(int result)
{
    struct store_space space;

    if (result == 0 && make_room) {
        make_room = false;
        result = store_place(&load.store, wanted.size, wanted.address, load.config->rules, &place,
                             &space);
    }
    if (result != 0) {
        load_job_end(result);
        return;
    }
    load_after(
        store_transfer_begin(&load.store, &place, wanted.size, wanted.binary_end, wanted.digest),
        opened);
}

static void clear_way(int result)
{
    if (result == 0 && make_room) {
        struct process *old = process_of_app(replaces);
        int begun = store_remove_begin(&load.store, replaces);

        if (begun == 0 && old != NULL) {
            process_destroy(old);
        }
        load_after(begun, open_transfer);
        return;
    }
    open_transfer(result);
}

static void signature_checked(void *context, const struct verifier_result *result)
{
    struct store_transfer old;

    (void)context;
    if (!result->ok) {
        load_job_end(TRUST_E_SIGNATURE);
        return;
    }
    if (store_transfer_find(&load.store, &old) != 0) {
        clear_way(0);
    } else if (old.size == wanted.size && old.hashed == wanted.binary_end &&
               bytes_equal(old.digest, wanted.digest, sizeof wanted.digest)) {
        opened(0);
    } else {
        load_after(store_transfer_discard(&load.store), clear_way);
    }
}

int loader_begin(const struct loader_announcement *announcement, loader_done *done, void *context)
{
    int error;

    if (!load_job_begin(done, context)) {
        return KERNEL_E_BUSY;
    }
    receiving = false;
    wanted = *announcement;
    error = store_is_damaged(&load.store) ? STORE_E_READ_ONLY : check_announcement();
    error = error != 0 ? error
                       : verifier_check(key->public_key, wanted.digest, wanted.signature,
                                        signature_checked, NULL);
    if (error != 0) {
        load_job_end(error);
    }
    return 0;
}

int loader_data(uint32_t offset, const uint8_t *data, uint32_t length, uint32_t complete)
{
    int error;

    if (!receiving || load.working) {
        return LOADER_E_STATE;
    }
    error = store_transfer_write(&load.store, offset, data, length, complete);
    /* One block and at most one page: bounded, and the line's window allows for it. */
    return error != 0 ? error : store_wait(&load.store);
}

static void discarded(int result)
{
    (void)result; /* a transfer that could not be discarded is discarded before the next one */
    load_job_end(verdict);
}

static void refuse(int error)
{
    receiving = false;
    verdict = error;
    load_after(store_transfer_discard(&load.store), discarded);
}

/* The record is in flash: the app is installed, whatever happens now. */
static void committed(int result)
{
    struct store_transfer transfer;
    struct store_app app;

    receiving = false;
    if (result != 0) {
        /* Nothing has changed: what ran before runs again. */
        if (ended_old && store_app_find(&load.store, replaces, &app) == 0) {
            (void)load_create(&app.record, &load.result);
        }
        if (store_transfer_find(&load.store, &transfer) == 0) {
            refuse(result);
        } else {
            load_job_end(result);
        }
        return;
    }
    if (store_app_find(&load.store, load.result.address, &app) == 0 &&
        (app.record.flags & STORE_FLAG_ENABLED) != 0) {
        result = load_create(&app.record, &load.result);
    }
    load_job_end(result);
}

/* Everything is decided; only the record is missing. */
static void commit_record(void)
{
    const struct hil_flash *flash = load.config->store->flash;
    const uint8_t *header = flash->map(flash, load.result.address, TBF_BASE_SIZE);
    struct store_app_record record = {
        .address = load.result.address,
        .size = wanted.size,
        .space = place.space,
        .hashed = wanted.binary_end,
        .short_id = wanted.short_id,
        .version = wanted.version,
        .floor = ck_max(floor_version, wanted.version),
        .owner = load_owner_number(owner()),
        .header_flags = bytes_get_u32(header + 8),
        .header_checksum = bytes_get_u32(header + 12),
        .status = STORE_ACCEPTED,
        .flags = STORE_FLAG_ENABLED,
        .replaces = replaces,
    };
    struct process *old = replaces != STORE_NONE ? process_of_app(replaces) : NULL;

    memcpy(record.digest, wanted.digest, sizeof record.digest);
    memcpy(record.key, key->fingerprint, sizeof record.key);
    memcpy(record.boot_digest, load.boot_digest, sizeof record.boot_digest);
    ended_old = old != NULL && process_is_alive(old);
    if (old != NULL) {
        process_destroy(old); /* its flash becomes padding */
    }
    load_after(store_commit_begin(&load.store, &record), committed);
}

/* Whether the header in flash says what was announced. */
static bool header_matches(const struct tbf_header *header)
{
    return header->total_size == wanted.size && header->binary_end == wanted.binary_end &&
           header->min_ram == wanted.min_ram && header->fixed_ram == wanted.ram_address &&
           header->version == wanted.version && tbf_short_id(header) == wanted.short_id &&
           header->name.length == wanted.name_length &&
           bytes_equal(header->name.data, wanted.name, wanted.name_length);
}

static void boot_hashed(int result)
{
    if (result != 0) {
        refuse(result);
        return;
    }
    commit_record();
}

static void object_hashed(void *context, const struct verifier_result *result)
{
    struct tbf_header header;
    int error;

    (void)context;
    /* Compared here, by the kernel, twice. */
    if (!result->ok || !bytes_equal(result->digest, wanted.digest, sizeof wanted.digest) ||
        !bytes_equal(wanted.digest, result->digest, sizeof wanted.digest)) {
        refuse(result->ok ? TRUST_E_DIGEST : KERNEL_E_FAULT);
        return;
    }
    error = load_header(load.result.address, wanted.size, &header);
    if (error == 0 && !header_matches(&header)) {
        error = LOADER_E_HEADER;
    }
    error = error != 0 ? error
                       : decide(header.name.data, header.name.length, tbf_short_id(&header),
                                header.version);
    if (error != 0) {
        refuse(error);
        return;
    }
    load_boot_hash(load.result.address, &header, boot_hashed);
}

int loader_commit(loader_done *done, void *context)
{
    struct store_transfer transfer;
    int error;

    if (load.working) {
        return KERNEL_E_BUSY; /* perhaps with this very commit, whose transfer is gone by now */
    }
    if (!receiving || store_transfer_find(&load.store, &transfer) != 0) {
        return LOADER_E_STATE;
    }
    if (transfer.position != transfer.size) {
        return LOADER_E_INCOMPLETE;
    }
    if (!load_job_begin(done, context)) {
        return KERNEL_E_BUSY;
    }
    load.result.address = transfer.address;
    place.address = transfer.address;
    place.space = transfer.space;
    error = verifier_hash(transfer.address, transfer.hashed, NULL, object_hashed, NULL);
    if (error != 0) {
        refuse(error);
    }
    return 0;
}

int loader_abort(loader_done *done, void *context)
{
    if (load.working) {
        return KERNEL_E_BUSY;
    }
    if (!receiving) {
        return LOADER_E_STATE;
    }
    if (!load_job_begin(done, context)) {
        return KERNEL_E_BUSY;
    }
    refuse(0);
    return 0;
}
