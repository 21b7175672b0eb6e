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

struct install install;

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
    const struct process *old =
        install.replaces != STORE_NONE ? process_of_app(install.replaces) : NULL;
    uint32_t total;

    if (old == NULL && !has_free_slot()) {
        return KERNEL_E_SLOTS;
    }
    if (process_ram_fits(install.wanted.min_ram, install.wanted.ram_address, old)) {
        return 0;
    }
    load.result.needed = install.wanted.min_ram;
    process_ram_free(&load.result.available, &total);
    if (install.wanted.ram_address != UINT32_MAX) {
        load.result.available = 0; /* there; elsewhere does not help */
    }
    return KERNEL_E_RAM;
}

/* Owner, version, policy, and room for a process. Answers 0, LOADER_SAME or an error. */
static int decide(const uint8_t *name, uint32_t name_length, uint32_t short_id, uint32_t version)
{
    const struct trust_owner *owner = &loader_config->anchor->owners[install.key->owner];
    struct store_identity identity = {
        .short_id = short_id, .owner = load_owner_number(owner), .version = version};
    int decision = trust_check_policy(owner, name, name_length, short_id);
    int flags = install.wanted.flags & (LOADER_MOVE | LOADER_IN_PLACE);

    if (decision != 0) {
        return decision;
    }
    memcpy(identity.digest, install.wanted.digest, sizeof identity.digest);
    decision = store_decide(&load.store, &identity, &install.replaces, &install.floor);
    if (decision == STORE_E_OLDER) {
        load.result.needed = install.floor;
        load.result.available = version;
    }
    if (decision < 0) {
        return decision;
    }
    /* A move that would remove the app first is none; only a move brings what is there already. */
    if (flags > LOADER_MOVE || (decision == STORE_SAME) != (flags == LOADER_MOVE)) {
        return LOADER_SAME;
    }
    return check_process();
}

/* Finds flash for the object, or for the rest of it when a transfer of it was cut off. */
static int find_place(void)
{
    struct store_transfer old;
    struct store_space space;
    int error;

    if (store_transfer_find(&load.store, &old) == 0 && old.size == install.wanted.size &&
        old.hashed == install.wanted.binary_end &&
        bytes_equal(old.digest, install.wanted.digest, sizeof install.wanted.digest)) {
        return 0;
    }
    error = store_place(&load.store, install.wanted.size, install.wanted.address,
                        loader_config->rules, &install.place, &space);
    if (error == STORE_E_SPACE || error == STORE_E_REGION) {
        load.result.needed = space.needed;
        load.result.available = install.wanted.address == STORE_NONE ? space.largest : 0;
        install.make_room =
            (install.wanted.flags & LOADER_IN_PLACE) != 0 && install.replaces != STORE_NONE;
        return install.make_room ? 0 : error;
    }
    if (error == 0) {
        load.result.address = install.place.address;
        load.result.rotate =
            store_transfer_rotation(&load.store, install.place.address, install.wanted.size);
    }
    return error;
}

const struct loader_result *loader_promise(void)
{
    return load.result.error == 0 && load.result.address != 0 ? &load.result : NULL;
}

static int check_announcement(void)
{
    int error;

    if (!ck_is_aligned(install.wanted.size, 4) || install.wanted.size < TBF_BASE_SIZE ||
        install.wanted.binary_end > install.wanted.size ||
        install.wanted.binary_end < TBF_BASE_SIZE ||
        install.wanted.name_length > sizeof install.wanted.name) {
        return LOADER_E_FORM;
    }
    install.key = trust_find_key(loader_config->anchor, install.wanted.fingerprint);
    if (install.key == NULL) {
        return TRUST_E_KEY;
    }
    error = decide(install.wanted.name, install.wanted.name_length, install.wanted.short_id,
                   install.wanted.version);
    return error != 0 ? error : find_place();
}

/* The transfer is open: tells the host where to go on. */
static void opened(int result)
{
    struct store_transfer transfer;

    if (result == 0 && store_transfer_find(&load.store, &transfer) == 0) {
        load.receiving = true;
        load.result.address = transfer.address;
        load.result.offset = transfer.position;
        load.result.rotate = transfer.rotate;
    }
    load_job_end(result);
}

static void open_transfer(int result)
{
    struct store_space space;

    if (result == 0 && install.make_room) {
        install.make_room = false;
        result = store_place(&load.store, install.wanted.size, install.wanted.address,
                             loader_config->rules, &install.place, &space);
    }
    if (result != 0) {
        load_job_end(result);
        return;
    }
    load_after(store_transfer_begin(&load.store, &install.place, install.wanted.size,
                                    install.wanted.binary_end, install.wanted.digest),
               opened);
}

static void clear_way(int result)
{
    if (result == 0 && install.wanted.kernel) {
        load_kernel_distrust(open_transfer);
        return;
    }
    if (result == 0 && install.make_room) {
        struct process *old = process_of_app(install.replaces);
        int begun = store_remove_begin(&load.store, install.replaces);

        if (begun == 0 && old != NULL) {
            process_destroy(old);
        }
        load_after(begun, open_transfer);
        return;
    }
    open_transfer(result);
}

/* Goes on with a transfer. What the journal says of the slot may have changed since it began. */
static void resume(void)
{
    if (install.wanted.kernel) {
        load_kernel_distrust(opened);
    } else {
        opened(0);
    }
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
    } else if (old.size == install.wanted.size && old.hashed == install.wanted.binary_end &&
               bytes_equal(old.digest, install.wanted.digest, sizeof install.wanted.digest)) {
        resume();
    } else {
        load_after(store_transfer_discard(&load.store), clear_way);
    }
}

int loader_begin(const struct loader_announcement *announcement, loader_done *done, void *context)
{
    int error;

    if (load.uploading || !load_job_begin(done, context)) {
        return KERNEL_E_BUSY;
    }
    load.attended = true;
    load.receiving = false;
    install.wanted = *announcement;
    install.make_room = false;
    error = store_is_damaged(&load.store) ? STORE_E_READ_ONLY
            : install.wanted.kernel       ? load_kernel_check()
                                          : check_announcement();
    error = error != 0 ? error
                       : verifier_check(install.key->public_key, install.wanted.digest,
                                        install.wanted.signature, signature_checked, NULL);
    if (error != 0) {
        load_job_end(error);
    }
    return 0;
}

int loader_data(uint32_t offset, const uint8_t *data, uint32_t length, uint32_t complete)
{
    int error;

    if (!load.receiving || load.working) {
        return LOADER_E_STATE;
    }
    error = store_transfer_write(&load.store, offset, data, length, complete);
    /* One block and at most one page: bounded, and the line's window allows for it. */
    return error != 0 ? error : store_wait(&load.store);
}

static void discarded(int result)
{
    (void)result; /* a transfer that could not be discarded is discarded before the next one */
    load_job_end(install.verdict);
}

void load_install_refuse(int error)
{
    load.receiving = false;
    install.verdict = error;
    load_after(store_transfer_discard(&load.store), discarded);
}

/* The record is in flash: the app is installed, whatever happens now. */
static void committed(int result)
{
    struct store_transfer transfer;
    struct store_app app;

    load.receiving = false;
    if (result != 0) {
        /* Nothing has changed: what ran before runs again. */
        if (install.ended_old && store_app_find(&load.store, install.replaces, &app) == 0) {
            (void)load_create(&app.record, &load.result);
        }
        if (store_transfer_find(&load.store, &transfer) == 0) {
            load_install_refuse(result);
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
    struct tbf_header header;
    struct store_app_record record;
    struct process *old = install.replaces != STORE_NONE ? process_of_app(install.replaces) : NULL;
    int error = load_header(load.result.address, install.wanted.size, &header);

    if (error != 0) {
        load_install_refuse(error);
        return;
    }
    load_describe(&record, load.result.address, &header, install.key, install.wanted.digest);
    record.space = install.place.space;
    record.floor = ck_max(install.floor, header.version);
    record.flags = STORE_FLAG_ENABLED;
    record.replaces = install.replaces;
    memcpy(record.boot_digest, load.boot_digest, sizeof record.boot_digest);
    install.ended_old = old != NULL && process_is_alive(old);
    if (old != NULL) {
        process_destroy(old); /* its flash becomes padding */
    }
    load_after(store_commit_begin(&load.store, &record), committed);
}

static void boot_hashed(int result)
{
    if (result != 0) {
        load_install_refuse(result);
    } else {
        commit_record();
    }
}

/* The bytes in flash are those that were signed: takes every decision from their header. */
static void take(const struct tbf_header *header)
{
    int error =
        decide(header->name.data, header->name.length, install.wanted.short_id, header->version);

    if (error != 0) {
        load_install_refuse(error);
    } else {
        load_boot_hash(load.result.address, header, boot_hashed);
    }
}

void load_install_verified(void)
{
    const struct tbf_header *header = &load_verified.header;

    install.key = load_verified.key;
    install.wanted.min_ram = header->min_ram;
    install.wanted.ram_address = header->fixed_ram;
    install.wanted.short_id = tbf_short_id(header);
    install.wanted.flags = 0;
    memcpy(install.wanted.digest, load_verified.digest, sizeof install.wanted.digest);
    take(header);
}

/* Whether the header in flash says what was announced. */
static bool header_matches(const struct tbf_header *header)
{
    return header->total_size == install.wanted.size &&
           header->binary_end == install.wanted.binary_end &&
           header->min_ram == install.wanted.min_ram &&
           header->fixed_ram == install.wanted.ram_address &&
           header->version == install.wanted.version &&
           tbf_short_id(header) == install.wanted.short_id &&
           header->name.length == install.wanted.name_length &&
           bytes_equal(header->name.data, install.wanted.name, install.wanted.name_length);
}

static void object_hashed(void *context, const struct verifier_result *result)
{
    struct tbf_header header;
    int error;

    (void)context;
    /* Compared here, by the kernel, twice. */
    if (!result->ok ||
        !bytes_equal(result->digest, install.wanted.digest, sizeof install.wanted.digest) ||
        !bytes_equal(install.wanted.digest, result->digest, sizeof install.wanted.digest)) {
        load_install_refuse(result->ok ? TRUST_E_DIGEST : KERNEL_E_FAULT);
        return;
    }
    if (install.wanted.kernel) {
        load_kernel_received();
        return;
    }
    error = load_header(load.result.address, install.wanted.size, &header);
    if (error == 0 && !header_matches(&header)) {
        error = LOADER_E_HEADER;
    }
    if (error != 0) {
        load_install_refuse(error);
    } else {
        take(&header);
    }
}

int loader_commit(loader_done *done, void *context)
{
    struct store_transfer transfer;
    int error;

    if (load.working) {
        return KERNEL_E_BUSY; /* perhaps with this very commit, whose transfer is gone by now */
    }
    if (!load.receiving || store_transfer_find(&load.store, &transfer) != 0) {
        return LOADER_E_STATE;
    }
    if (transfer.position != transfer.size) {
        return LOADER_E_INCOMPLETE;
    }
    if (!load_job_begin(done, context)) {
        return KERNEL_E_BUSY;
    }
    load.result.address = transfer.address;
    install.place.address = transfer.address;
    install.place.space = transfer.space;
    error = verifier_hash(transfer.address, transfer.hashed, NULL, object_hashed, NULL);
    if (error != 0) {
        load_install_refuse(error);
    }
    return 0;
}

int loader_abort(loader_done *done, void *context)
{
    if (load.working) {
        return KERNEL_E_BUSY;
    }
    if (!load.receiving) {
        return LOADER_E_STATE;
    }
    if (!load_job_begin(done, context)) {
        return KERNEL_E_BUSY;
    }
    load_install_refuse(0);
    return 0;
}
