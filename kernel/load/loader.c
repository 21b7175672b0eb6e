// SPDX-License-Identifier: Apache-2.0
/* Jobs, and what happens at boot: mount, hash every app, adopt what verifies, start. */

#include <kernel/verifier.h>
#include <kernel/work.h>

#include "load.h"

struct loader load;

static void step(void *context);
static struct work stepping = WORK(step, NULL);

static void mounted(int result);
static void check_next(int result);

bool load_job_begin(loader_done *done, void *context)
{
    if (load.working || !load.ready || load.trial) {
        return false;
    }
    load.working = true;
    load.for_app = false;
    load.done = done;
    load.context = context;
    load.result = (struct loader_result){.error = 0};
    return true;
}

/* Always from the loop: whoever asked has the answer to its call by then. */
static void end_job(void *context)
{
    loader_done *done = load.done;

    (void)context;
    load.working = false;
    load.done = NULL;
    if (done != NULL) {
        done(load.context, &load.result);
    }
}

static struct work ending = WORK(end_job, NULL);

void load_job_end(int error)
{
    load.result.error = error;
    work_post(&ending);
}

void loader_detach(void)
{
    load.attended = false;
    if (!load.for_app) {
        load.done = NULL;
    }
}

void load_after(int begun, void (*next)(int result))
{
    if (begun != 0) {
        next(begun);
        return;
    }
    load.next = next;
    work_post(&stepping);
}

/* One flash operation per turn, so that processes run in between. */
static void step(void *context)
{
    int result = store_step(&load.store);

    (void)context;
    if (result == STORE_BUSY) {
        work_post(&stepping);
    } else {
        load.next(result);
    }
}

void loader_init(void)
{
    load_after(store_mount_begin(&load.store, loader_config->store), mounted);
}

bool loader_is_ready(void)
{
    return load.ready;
}

bool loader_is_busy(void)
{
    return load.working;
}

const struct store *loader_store(void)
{
    return &load.store;
}

static void mounted(int result)
{
    struct store_transfer transfer;

    /* What an app was writing cannot be gone on with: nobody knows what it was to become. */
    if (store_transfer_find(&load.store, &transfer) == 0 && transfer.hashed == 0) {
        result = store_transfer_discard(&load.store);
        load_after(result, check_next);
    } else {
        check_next(result);
    }
}

/* In the loop's next turn: the apps have begun to run by then. */
static void tell_started(void *context)
{
    (void)context;
    store_look_behind(&load.store);
    if (loader_config->started != NULL) {
        loader_config->started();
    }
}

static struct work telling = WORK(tell_started, NULL);

static void ready(int result)
{
    (void)result;
    load.ready = true;
    work_post(&telling);
}

static void settle(void *context)
{
    (void)context;
    load_kernel_settle(ready);
}

static struct work settling = WORK(settle, NULL);

static void start_all(int result)
{
    uint32_t behind = 0;
    struct store_app app;

    (void)result;
    while (store_app_next(&load.store, STORE_WHOLE, behind, &app) == 0) {
        struct admitted admitted;
        int error = load_admit(&app.record, &admitted);

        behind = app.record.address;
        if (error != 0) {
            (void)store_refuse(&load.store, app.record.address, error);
        } else if ((app.record.flags & STORE_FLAG_ENABLED) != 0) {
            /* Without room for it, it stays in the list and is not running. */
            (void)load_start(&app.record, &admitted, &load.result);
        }
    }
    work_post(&settling); /* they begin to run first */
}

static void hashed(void *context, const struct verifier_result *result)
{
    const uint8_t *digest = result->ok ? result->digest : NULL;
    struct store_check check;
    uint32_t flags;

    (void)context;
    if (store_check_next(&load.store, &check) != 0) {
        check_next(0);
        return;
    }
    if (digest != NULL && load_boot() != NULL) {
        digest = load_boot()->recognise(&check, digest);
    }
    if (store_check_result(&load.store, check.address, digest, &flags) == STORE_CHECK_FLAGS) {
        load_after(store_flags_begin(&load.store, check.address, flags), check_next);
        return;
    }
    check_next(0);
}

void load_boot_hash(uint32_t address, const struct tbf_header *header, void (*next)(int result))
{
    if (load_boot() != NULL) {
        load_boot()->hash(address, header, next);
    } else {
        next(0);
    }
}

static int begin_check(const struct store_check *check)
{
    if (load_boot() != NULL) {
        return load_boot()->check(check, hashed);
    }
    return verifier_hash(check->address, check->length, check->patched ? check->words : NULL,
                         hashed, NULL);
}

/* The list is what it says it is, whoever wrote it: a foreign session is over once that is so. */
static void reconciled(int result)
{
    (void)result;
    if (store_is_foreign(&load.store)) {
        load_after(store_foreign_end_begin(&load.store), start_all);
    } else {
        start_all(0);
    }
}

/* Whether there are objects that nobody has verified, or another tool's session to be closed. */
static bool something_waits(void)
{
    struct store_app app;

    return store_is_foreign(&load.store) || store_app_next(&load.store, STORE_VERIFY, 0, &app) == 0;
}

/* Hashes the next app that has not been looked at since mount. */
static void check_next(int result)
{
    struct store_check check;

    (void)result; /* an error of the journal shows as read-only; apps are checked all the same */
    if (store_check_next(&load.store, &check) != 0) {
        if (something_waits() && !load_kernel_is_trial()) {
            load_adopt_all(reconciled);
        } else {
            start_all(0); /* on trial: to adopt is to raise a floor */
        }
    } else if (begin_check(&check) != 0) {
        (void)store_check_result(&load.store, check.address, NULL, NULL);
        work_post(&stepping); /* an idle store's step ends at once: on to the next */
        load.next = check_next;
    }
}
