// SPDX-License-Identifier: Apache-2.0
/*
 * An app installs an app (kernel/installer.h). Before the last byte only its size is known; then
 * everything is read from flash, verified, and decided as for an install by a host.
 */
#include <string.h>

#include <hil/error.h>

#include "load.h"

static installer_done *told; /* who waits for the job under way; NULL: gone */

static bool find(struct store_transfer *transfer)
{
    return store_transfer_find(&load.store, transfer) == 0;
}

/* The journal says that the place is free, then it becomes padding. */
static void discard(int result)
{
    struct store_transfer transfer;

    load_after(find(&transfer) ? store_transfer_discard(&load.store) : result, load_job_end);
}

/* What was left by somebody who is gone. Nobody waits for the end of that. */
static void give_up(void)
{
    if (load_job_begin(NULL, NULL)) {
        discard(0);
    }
}

/* Errors of a load, in Tock's terms. */
static enum abi_error status_of(int error)
{
    switch (error) {
    case 0:
        return ABI_OK;
    case KERNEL_E_RAM:
        return ABI_NOMEM;
    case KERNEL_E_REGION:
        return ABI_INVAL;
    case KERNEL_E_FAULT:
    case HIL_E_IO:
        return ABI_OFF;
    default:
        return ABI_FAIL;
    }
}

static void ended(void *context, const struct loader_result *result)
{
    installer_done *done = told;

    (void)context;
    told = NULL;
    if (done != NULL) {
        done(status_of(result->error));
    } else {
        give_up();
    }
}

static bool begin(installer_done *done)
{
    if (!load_job_begin(ended, NULL)) {
        return false;
    }
    load.for_app = true;
    told = done;
    return true;
}

static void opened(int result)
{
    if (result != 0) {
        load.uploading = false;
    }
    load_job_end(result);
}

static void open_transfer(int result)
{
    load_after(result != 0 ? result
                           : store_transfer_begin(&load.store, &install.place, install.wanted.size,
                                                  0, NULL),
               opened);
}

static void find_place(int result)
{
    struct store_transfer old;

    if (store_is_damaged(&load.store)) {
        result = STORE_E_READ_ONLY;
    }
    if (result == 0) {
        result = store_place(&load.store, install.wanted.size, STORE_NONE, loader_config->rules,
                             &install.place, NULL);
    }
    if (result == 0 && find(&old)) {
        load_after(store_transfer_discard(&load.store), open_transfer);
    } else {
        open_transfer(result);
    }
}

/* Not while a host installs that is there; what another left unfinished gives way. */
static enum abi_error setup(uint32_t size, installer_done *done)
{
    if (load.uploading || (load.receiving && load.attended) || !begin(done)) {
        return ABI_BUSY;
    }
    load.receiving = false;
    load.uploading = true;
    install.wanted.size = size;
    load_after(0, find_place); /* a long search, from the loop */
    return ABI_OK;
}

static enum abi_error write(uint32_t offset, const uint8_t *data, uint32_t length,
                            uint32_t complete, installer_done *done)
{
    if (!load.uploading || length > sizeof install.block) {
        return ABI_INVAL;
    }
    if (!begin(done)) {
        return ABI_BUSY;
    }
    memcpy(install.block, data, length);
    load_after(store_transfer_write(&load.store, offset, install.block, length, complete),
               load_job_end);
    return ABI_OK;
}

static void verified(int error)
{
    if (error == 0 && load_verified.header.total_size != install.wanted.size) {
        error = LOADER_E_HEADER;
    }
    if (error != 0) {
        load_install_refuse(error);
    } else {
        load_install_verified();
    }
}

static enum abi_error load_object(installer_done *done)
{
    struct store_transfer transfer;
    int error;

    if (!load.uploading || !find(&transfer) || transfer.position != transfer.size) {
        return ABI_INVAL;
    }
    if (!begin(done)) {
        return ABI_BUSY;
    }
    load.uploading = false; /* the job ends with the transfer committed or discarded */
    load.result.address = transfer.address;
    install.place.address = transfer.address;
    install.place.space = transfer.space;
    install.wanted.size = transfer.size;
    error = load_verify(transfer.address, transfer.size, verified);
    if (error != 0) {
        load_install_refuse(error);
    }
    return ABI_OK;
}

static enum abi_error give_back(installer_done *done)
{
    if (!load.uploading) {
        return ABI_INVAL;
    }
    if (!begin(done)) {
        return ABI_BUSY;
    }
    load.uploading = false;
    discard(0);
    return ABI_OK;
}

static struct process *find_process(uint32_t short_id)
{
    for (uint32_t i = 0; i < process_slots(); i++) {
        struct process *process = process_at(i);

        if (process != NULL && process_image(process)->short_id == short_id) {
            return process;
        }
    }
    return NULL;
}

static enum abi_error unload(uint32_t short_id, const struct process *caller, uint32_t *address)
{
    struct process *process = find_process(short_id);

    if (load.working) {
        return ABI_BUSY; /* perhaps with this very app */
    }
    if (process == NULL || process == caller) {
        return process == NULL ? ABI_FAIL : ABI_INVAL;
    }
    *address = process_image(process)->flash_start;
    process_destroy(process);
    return ABI_OK;
}

static void release(void)
{
    load.uploading = false;
    if (told == NULL) {
        give_up();
    }
    told = NULL;
}

const struct installer loader_installer = {
    .setup = setup,
    .write = write,
    .load = load_object,
    .abort = give_back,
    .unload = unload,
    .release = release,
};
