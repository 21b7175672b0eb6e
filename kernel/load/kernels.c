// SPDX-License-Identifier: Apache-2.0
/*
 * Kernels: an update goes into the idle slot and is recorded as due; the bootloader starts it on
 * trial; the kernel that finds itself on trial confirms itself, or is given up. docs/boot.md has
 * the state diagram.
 */
#include <string.h>

#include <base/bytes.h>
#include <base/checked.h>
#include <base/crc32.h>
#include <kernel/timer.h>
#include <kernel/verifier.h>
#include <store/kernel.h>

#include "load.h"

enum { UP_AFTER_MS = 1000 };

static const struct loader_kernels *kernels(void)
{
    return loader_config->kernels;
}

static uint8_t idle(void)
{
    return kernels()->running ^ 1u;
}

/* Whether a slot holds what looks like a kernel for it. */
static bool parse(uint8_t index, struct tbf_header *header)
{
    const struct loader_kernels *k = kernels();
    const struct hil_flash *flash = loader_config->store->flash;
    const uint8_t *bytes = flash->map(flash, k->slot[index], k->slot_size);

    return bytes != NULL && tbf_header_parse(bytes, k->slot_size, header) == 0 &&
           header->is_kernel && header->kernel.slot_address == k->slot[index] &&
           header->kernel.board_id == crc32_posix(k->board, bytes_length(k->board)) &&
           header->app_start == k->vectors;
}

bool loader_on_trial(void)
{
    return load.trial;
}

/* What the journal says. */
static struct store_kernel get(void)
{
    struct store_kernel state;

    (void)store_kernel_get(&load.store, &state);
    return state;
}

static bool is_trial(const struct store_kernel *state)
{
    return state->phase == STORE_KERNEL_STARTED && state->candidate == kernels()->running;
}

bool load_kernel_is_trial(void)
{
    const struct store_kernel state = get();

    return is_trial(&state);
}

uint32_t loader_kernel_version(void)
{
    struct tbf_header header;

    return parse(kernels()->running, &header) ? header.kernel.version : 0;
}

/* Records that this kernel counts, and that none older may run; of the other slot, what was said.
 */
static void put_running(struct store_kernel *state, void (*next)(int result))
{
    state->active = kernels()->running;
    state->floor = ck_max(state->floor, loader_kernel_version());
    if (state->candidate == state->active) {
        state->candidate = STORE_SLOT_NONE;
        state->phase = STORE_KERNEL_SETTLED;
    }
    load_after(store_kernel_put_begin(&load.store, state), next);
}

/* Records something of the other slot's kernel; digest NULL: of whatever is there. */
static void put_other(uint8_t phase, const uint8_t *digest, void (*next)(int result))
{
    struct store_kernel state = get();

    state.active = kernels()->running;
    state.candidate = idle();
    state.phase = phase;
    memset(state.digest, 0, sizeof state.digest);
    if (digest != NULL) {
        memcpy(state.digest, digest, sizeof state.digest);
    }
    load_after(store_kernel_put_begin(&load.store, &state), next);
}

static void is_up(void *context);
static struct timer up = {.fired = is_up};

void load_kernel_settle(void (*next)(int result))
{
    struct store_kernel state = get();

    load.trial = is_trial(&state);
    timer_arm(&up, timer_now(), timer_from_ms(UP_AFTER_MS));
    if (load.trial ||
        (state.active == kernels()->running && state.floor >= loader_kernel_version())) {
        next(0);
    } else {
        put_running(&state, next);
    }
}

static void recorded(int result)
{
    if (result == 0) {
        load.trial = false;
        kernels()->confirmed();
    }
    load_job_end(result);
}

/* The kernel is healthy if what is in flash is what was put on trial, as the verifier sees it. */
static void hashed(void *context, const struct verifier_result *result)
{
    struct store_kernel state = get();

    (void)context;
    if (result->ok && store_kernel_is_candidate(&state, kernels()->running, result->digest)) {
        put_running(&state, recorded);
    } else {
        load_job_end(TRUST_E_DIGEST);
    }
}

/* The only jobs that there are on trial. */
static bool begin(loader_done *done, void *context)
{
    bool trial = load.trial;
    bool begun;

    load.trial = false;
    begun = load_job_begin(done, context);
    load.trial = trial;
    return begun;
}

int loader_kernel_confirm(loader_done *done, void *context)
{
    struct tbf_header header;
    int error = LOADER_E_HEADER;

    if (!load.trial) {
        return LOADER_SAME;
    }
    if (!begin(done, context)) {
        return KERNEL_E_BUSY;
    }
    if (parse(kernels()->running, &header)) {
        error = verifier_hash(kernels()->slot[kernels()->running], header.binary_end, NULL, hashed,
                              NULL);
    }
    if (error != 0) {
        load_job_end(error);
    }
    return 0;
}

static void is_up(void *context)
{
    (void)context;
    kernels()->up();
    (void)loader_kernel_confirm(NULL, NULL);
}

/* Whether a kernel is too old, in terms of an error. */
static int check_version(uint32_t version)
{
    const struct store_kernel state = get();

    load.result.needed = state.floor;
    load.result.available = version;
    return version < state.floor ? STORE_E_OLDER : 0;
}

int load_kernel_check(void)
{
    const struct loader_kernels *k = kernels();
    const struct loader_announcement *a = &install.wanted;
    uint32_t address = k->slot[idle()];

    install.key = trust_find_key(k->anchor, a->fingerprint);
    if (!ck_is_aligned(a->size, 4) || a->size < TBF_BASE_SIZE || a->binary_end > a->size ||
        a->binary_end < TBF_BASE_SIZE) {
        return LOADER_E_FORM;
    }
    if (install.key == NULL) {
        return TRUST_E_KEY;
    }
    if (a->short_id != address) {
        return LOADER_E_BOARD;
    }
    load.result.needed = a->size;
    load.result.available = k->slot_size;
    if (a->size > k->slot_size) {
        return STORE_E_SPACE;
    }
    install.place = (struct store_place){address, a->size, address, address + a->size};
    return check_version(a->version);
}

void load_kernel_distrust(void (*next)(int result))
{
    put_other(STORE_KERNEL_REJECTED, NULL, next);
}

/* Whatever of the transfer is left is discarded before the next one. */
static void finished(int result)
{
    (void)result;
    load_job_end(0);
}

static void due(int result)
{
    load.receiving = false;
    if (result != 0) {
        load_install_refuse(result);
    } else {
        load_after(store_transfer_finish(&load.store), finished);
    }
}

void load_kernel_received(void)
{
    struct tbf_header header;

    if (!parse(idle(), &header)) {
        load_install_refuse(LOADER_E_BOARD);
    } else if (header.total_size != install.wanted.size ||
               header.binary_end != install.wanted.binary_end ||
               header.kernel.version != install.wanted.version) {
        load_install_refuse(LOADER_E_HEADER);
    } else {
        put_other(STORE_KERNEL_DUE, install.wanted.digest, due);
    }
}

int loader_kernel_revert(loader_done *done, void *context)
{
    struct tbf_header header;
    struct store_kernel state = get();
    int error;

    if (!begin(done, context)) {
        return KERNEL_E_BUSY;
    }
    if (load.trial) {
        state.phase = STORE_KERNEL_REJECTED;
        load_after(store_kernel_put_begin(&load.store, &state), load_job_end);
        return 0;
    }
    error = parse(idle(), &header) ? check_version(header.kernel.version) : LOADER_E_STATE;
    if (error != 0) {
        load_job_end(error);
    } else {
        put_other(STORE_KERNEL_DUE, NULL, load_job_end);
    }
    return 0;
}
