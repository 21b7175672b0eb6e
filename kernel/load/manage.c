// SPDX-License-Identifier: Apache-2.0
/* Installed apps: remove, enable, disable, start, stop. */
#include "load.h"

static struct {
    bool enabling;
    bool was_running;
    uint32_t target;
} job;

/* The record of an app that may run; LOADER_E_STATE for what is damaged or unknown. */
static int find(uint32_t address, struct store_app *app)
{
    if (store_app_find(&load.store, address, app) != 0) {
        return STORE_E_NOT_FOUND;
    }
    return app->recorded && app->state == STORE_WHOLE ? 0 : LOADER_E_STATE;
}

static void removed(int result)
{
    struct loader_result ignored;
    struct store_app app;

    if (result != 0 && job.was_running && find(job.target, &app) == 0) {
        (void)load_create(&app.record, &ignored); /* nothing has changed: it runs again */
    }
    load_job_end(result);
}

int loader_remove(uint32_t address, loader_done *done, void *context)
{
    struct process *process = process_of_app(address);
    int begun;

    if (!load_job_begin(done, context)) {
        return KERNEL_E_BUSY;
    }
    job.target = address;
    begun = store_remove_begin(&load.store, address);
    job.was_running = begun == 0 && process != NULL && process_is_alive(process);
    if (begun == 0 && process != NULL) {
        process_destroy(process); /* before its flash becomes padding, but not if that is refused */
    }
    load_after(begun, removed);
    return 0;
}

static void flags_set(int result)
{
    struct process *process = process_of_app(job.target);
    struct store_app app;

    if (result == 0 && !job.enabling && process != NULL) {
        process_destroy(process);
    }
    if (result == 0 && job.enabling && process == NULL && find(job.target, &app) == 0) {
        result = load_create(&app.record, &load.result);
    }
    load_job_end(result);
}

int loader_enable(uint32_t address, bool enabled, loader_done *done, void *context)
{
    struct store_app app;
    uint32_t flags;

    if (!load_job_begin(done, context)) {
        return KERNEL_E_BUSY;
    }
    job.target = address;
    job.enabling = enabled;
    if (store_app_find(&load.store, address, &app) != 0 || !app.recorded) {
        load_job_end(STORE_E_NOT_FOUND);
        return 0;
    }
    flags = enabled ? app.record.flags | STORE_FLAG_ENABLED
                    : app.record.flags & ~(uint32_t)STORE_FLAG_ENABLED;
    if (flags == app.record.flags) {
        load_job_end(LOADER_SAME);
        return 0;
    }
    load_after(store_flags_begin(&load.store, address, flags), flags_set);
    return 0;
}

int loader_start(uint32_t address, struct loader_result *result)
{
    struct process *process = process_of_app(address);
    struct store_app app;
    int error = load.working ? KERNEL_E_BUSY : find(address, &app);

    if (error != 0) {
        return error;
    }
    if (process == NULL) {
        return load_create(&app.record, result);
    }
    if (process_state(process) == ABI_PROCESS_STOPPED) {
        process_resume(process);
        return 0;
    }
    return process_start(process) == 0 ? 0 : LOADER_SAME;
}

int loader_stop(uint32_t address)
{
    struct process *process = process_of_app(address);

    /* One that installs without a pause has a job under way whenever anybody looks. */
    if (load.working && !load.for_app) {
        return KERNEL_E_BUSY;
    }
    if (process == NULL || !process_is_alive(process)) {
        return LOADER_SAME;
    }
    process_terminate(process, 0);
    return 0;
}

int loader_restart(uint32_t address, struct loader_result *result)
{
    struct process *process = process_of_app(address);

    if (process == NULL || load.working) {
        return loader_start(address, result);
    }
    process_restart(process);
    return 0;
}
