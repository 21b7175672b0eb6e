// SPDX-License-Identifier: Apache-2.0
/*
 * What a host may ask. One function per command: it decodes everything first, then acts.
 */
#include <stddef.h>
#include <string.h>

#include <base/bytes.h>
#include <kernel/kernel.h>
#include <kernel/verifier.h>
#include <tbf/header.h>

#include "service.h"

/* A command's handler. */
typedef uint8_t handler(const uint8_t *arguments, size_t length, struct link_reply *reply);

static const struct trust_owner *owner_of(const uint8_t fingerprint[32])
{
    const struct trust_key *key = trust_find_key(service_config->anchor, fingerprint);

    return key != NULL ? &service_config->anchor->owners[key->owner] : NULL;
}

static uint8_t refuse(struct link_reply *reply, const struct loader_result *result)
{
    bytes_put_u32(reply->data, result->needed);
    bytes_put_u32(reply->data + 4, result->available);
    reply->length = 8;
    return service_status(result->error);
}

/* The end of a job: its result becomes the reply of the request that began it. */
static void job_done(void *context, const struct loader_result *result)
{
    struct link_reply reply = {.length = 0};
    uint8_t status = service_status(result->error);

    (void)context;
    if (status != LINK_OK) {
        status = refuse(&reply, result);
    }
    link_device_complete(&service_link, status, &reply);
    service_wake();
}

static uint8_t begun_job(int error)
{
    return error == 0 ? (uint8_t)LINK_PENDING : service_status(error);
}

static uint8_t info(const uint8_t *arguments, size_t length, struct link_reply *reply)
{
    const struct store *store = loader_store();
    struct store_space space;
    struct link_info m = {
        .kernel_version = loader_kernel_version(),
        .kernel_slot = service_config->kernel_slot,
        .flash_start = store->config->apps.address,
        .flash_size = store->config->apps.size,
        .ram_size = service_config->app_ram_size,
        .app_count = (uint8_t)store_app_count(store),
        .process_slots = (uint8_t)process_slots(),
        .key_count = service_config->anchor->key_count,
    };

    (void)arguments;
    (void)length;
    link_name_set(&m.board, service_config->board, bytes_length(service_config->board));
    link_name_set(&m.architecture, service_config->architecture,
                  bytes_length(service_config->architecture));
    m.flags = (trust_is_development(service_config->anchor) ? LINK_INFO_DEVELOPMENT : 0) |
              (store_is_damaged(store) ? LINK_INFO_READ_ONLY : 0) |
              (loader_on_trial() ? LINK_INFO_TRIAL : 0) | LINK_INFO_MOVES;
    store_free_space(store, &space);
    m.flash_largest = space.largest;
    m.flash_free = space.free;
    process_ram_free(&m.ram_largest, &m.ram_free);
    reply->length = link_put_info(&m, reply->data, sizeof reply->data);
    return LINK_OK;
}

/* Reads the index argument of KEY, LIST and PROCESS. */
static bool get_index(const uint8_t *arguments, size_t length, uint8_t *index)
{
    if (length != 1) {
        return false;
    }
    *index = arguments[0];
    return true;
}

/* Index, and of which keys: those of apps unless a kind says otherwise. */
static uint8_t key(const uint8_t *arguments, size_t length, struct link_reply *reply)
{
    const struct trust_anchor *anchor = service_config->anchor;
    const struct trust_key *k;
    const struct trust_owner *owner;
    struct link_key m;
    uint8_t index;

    if (length == 2 && arguments[1] == LINK_KIND_KERNEL) {
        anchor = service_config->kernel_anchor;
        length = 1;
    }
    if (!get_index(arguments, length, &index)) {
        return LINK_MALFORMED;
    }
    if (index >= anchor->key_count) {
        return LINK_NOT_FOUND;
    }
    k = &anchor->keys[index];
    owner = &anchor->owners[k->owner];
    m.flags = owner->development ? 1 : 0;
    link_name_set(&m.owner, owner->name, bytes_length(owner->name));
    memcpy(m.public_key, k->public_key, sizeof m.public_key);
    reply->length = link_put_key(&m, reply->data, sizeof reply->data);
    return LINK_OK;
}

static uint32_t entry_flags(const struct store_app *app, const struct process *process)
{
    uint32_t flags = app->state == STORE_DAMAGED ? LINK_APP_DAMAGED : 0;

    if (app->recorded) {
        flags |= (app->record.flags & STORE_FLAG_ENABLED) != 0 ? LINK_APP_ENABLED : 0;
        flags |= (app->record.flags & STORE_FLAG_STICKY) != 0 ? LINK_APP_STICKY : 0;
        flags |= app->record.status == STORE_ACCEPTED ? LINK_APP_ACCEPTED : 0;
    }
    return flags | (process != NULL && process_is_alive(process) ? LINK_APP_RUNNING : 0);
}

static void describe(const struct store_app *app, struct link_entry *m)
{
    const struct hil_flash *flash = loader_store()->config->flash;
    const struct trust_owner *owner = app->recorded ? owner_of(app->record.key) : NULL;
    const struct process *process = process_of_app(app->record.address);
    const uint8_t *object = flash->map(flash, app->record.address, app->record.size);
    struct tbf_header header;

    memset(m, 0, sizeof *m);
    m->app.address = app->record.address;
    m->app.tag = bytes_get_u32(app->record.digest);
    m->size = app->record.size;
    m->extent = app->record.space;
    m->short_id = app->record.short_id;
    m->version = app->record.version;
    m->flags = entry_flags(app, process);
    m->process = process != NULL ? process_id(process).value : UINT32_MAX;
    if (object != NULL && tbf_header_parse(object, app->record.size, &header) == 0) {
        m->min_ram = header.min_ram;
        link_name_set(&m->name, header.name.data, header.name.length);
    }
    if (owner != NULL) {
        link_name_set(&m->owner, owner->name, bytes_length(owner->name));
    }
}

static uint8_t list(const uint8_t *arguments, size_t length, struct link_reply *reply)
{
    struct store_app app;
    struct link_entry m;
    uint8_t index;

    if (!get_index(arguments, length, &index)) {
        return LINK_MALFORMED;
    }
    if (store_app_at(loader_store(), index, &app) != 0) {
        return LINK_NOT_FOUND;
    }
    describe(&app, &m);
    reply->length = link_put_entry(&m, reply->data, sizeof reply->data);
    return LINK_OK;
}

/* The process in the slot that the arguments name; NULL when there is none: no results then. */
static uint8_t get_process(const uint8_t *arguments, size_t length, const struct process **p)
{
    uint8_t index = 0;
    bool ok = get_index(arguments, length, &index);

    *p = ok ? process_at(index) : NULL;
    return !ok ? LINK_MALFORMED : index < process_slots() ? LINK_OK : LINK_NOT_FOUND;
}

static uint8_t process(const uint8_t *arguments, size_t length, struct link_reply *reply)
{
    const struct process *p;
    struct process_statistics statistics;
    struct process_memory memory;
    struct fault fault;
    struct link_process m;
    uint8_t status = get_process(arguments, length, &p);

    if (p == NULL) {
        return status;
    }
    process_statistics(p, &statistics);
    process_memory(p, &memory);
    process_fault(p, &fault);
    m = (struct link_process){
        .process = process_id(p).value,
        .app = process_image(p)->flash_start,
        .state = (uint8_t)process_state(p),
        .restarts = statistics.restarts,
        .syscalls = statistics.syscalls,
        .slices = statistics.slices_expired,
        .dropped = statistics.upcalls_dropped,
        .completion = statistics.completion,
        .ram_start = memory.start,
        .ram_size = memory.size,
        .app_break = memory.app_break,
        .grant_start = memory.grant_start,
        .fault_cause = fault.cause,
        .fault_address = fault.address,
        .fault_pc = fault.pc,
    };
    link_name_set(&m.name, process_image(p)->name, process_image(p)->name_length);
    reply->length = link_put_process(&m, reply->data, sizeof reply->data);
    return LINK_OK;
}

static uint8_t detail(const uint8_t *arguments, size_t length, struct link_reply *reply)
{
    const struct process *p;
    struct process_statistics statistics;
    struct process_memory memory;
    struct process_use use;
    struct fault fault;
    struct link_detail m;
    uint8_t status = get_process(arguments, length, &p);

    if (p == NULL) {
        return status;
    }
    process_statistics(p, &statistics);
    process_memory(p, &memory);
    process_use(p, &use);
    process_fault(p, &fault);
    m.process = process_id(p).value;
    m.fault_restarts = statistics.fault_restarts;
    m.visible_end = memory.visible_end;
    m.kept = memory.kept;
    m.status = fault.status;
    m.lr = fault.lr;
    m.sp = fault.sp;
    m.psr = fault.psr;
    memcpy(m.r, fault.r, sizeof m.r);
    m.flags = use.restarting ? LINK_DETAIL_RESTARTS : 0;
    m.fault_policy = use.fault_policy;
    m.fault_limit = use.fault_restarts;
    m.queued = (uint8_t)process_upcalls(p);
    m.grants = use.grants;
    m.drivers = use.drivers;
    reply->length = link_put_detail(&m, reply->data, sizeof reply->data);
    return LINK_OK;
}

static uint8_t system_state(const uint8_t *arguments, size_t length, struct link_reply *reply)
{
    const struct link_system m = {service_uptime_ms(), process_instances(), verifier_jobs()};

    (void)arguments;
    (void)length;
    reply->length = link_put_system(&m, reply->data, sizeof reply->data);
    return LINK_OK;
}

/* The verdict on the latest install: a COMMIT whose answer was lost may come again, also
 * renumbered. */
static struct {
    bool judged;
    uint8_t verdict;
    uint32_t size; /* as announced */
} latest;

static void put_begun(const struct loader_result *result, struct link_reply *reply)
{
    const struct link_begun begun = {result->address, result->offset, result->rotate};

    reply->length = link_put_begun(&begun, reply->data, sizeof reply->data);
}

static void install_begun(void *context, const struct loader_result *result)
{
    struct link_reply reply;

    if (result->error != 0) {
        job_done(context, result);
        return;
    }
    link_device_transfer(&service_link, latest.size, result->offset);
    put_begun(result, &reply);
    link_device_complete(&service_link, LINK_OK, &reply);
    service_wake();
}

/* The message, and the announcement that it becomes: its fields are the message's, in its order. */
union announced {
    struct link_begin m;
    struct loader_announcement a;
};
#define SAME(member, other)                                                                        \
    _Static_assert(offsetof(struct link_begin, member) ==                                          \
                       offsetof(struct loader_announcement, other),                                \
                   #member)
SAME(kind, kernel);
SAME(flags, flags);
SAME(size, size);
SAME(binary_end, binary_end);
SAME(min_ram, min_ram);
SAME(short_id, short_id);
SAME(version, version);
SAME(name.length, name_length);
SAME(name.text, name);
SAME(digest, digest);
SAME(signature, signature);
SAME(fingerprint, fingerprint);
SAME(address, address);
SAME(ram_address, ram_address);
_Static_assert((int)LINK_BEGIN_IN_PLACE == LOADER_IN_PLACE && (int)LINK_BEGIN_MOVE == LOADER_MOVE,
               "flags");

static uint8_t begin(const uint8_t *arguments, size_t length, struct link_reply *reply)
{
    union announced u;
    const struct loader_result *promise;
    int error;

    if (!link_get_begin(arguments, length, &u.m)) {
        return LINK_MALFORMED;
    }
    if (u.m.kind != LINK_KIND_APP && u.m.kind != LINK_KIND_KERNEL) {
        return LINK_WRONG_KIND;
    }
    u.a.kernel = u.m.kind == LINK_KIND_KERNEL;
    error = loader_begin(&u.a, install_begun, NULL);
    if (error == 0) {
        latest.size = u.a.size;
        latest.judged = false;
        link_device_transfer_close(&service_link);
        promise = loader_promise();
        if (promise != NULL) {
            put_begun(promise, reply);
        }
    }
    return begun_job(error);
}

void service_forget(void)
{
    latest.judged = false;
}

static void commit_done(void *context, const struct loader_result *result)
{
    latest.verdict = service_status(result->error);
    latest.judged = true;
    job_done(context, result);
}

static uint8_t commit(const uint8_t *arguments, size_t length, struct link_reply *reply)
{
    (void)arguments;
    (void)length;
    (void)reply;
    if (latest.judged) {
        return latest.verdict;
    }
    return begun_job(loader_commit(commit_done, NULL));
}

static uint8_t abort_install(const uint8_t *arguments, size_t length, struct link_reply *reply)
{
    (void)arguments;
    (void)length;
    (void)reply;
    link_device_transfer_close(&service_link);
    return begun_job(loader_abort(job_done, NULL));
}

/* The app that the arguments name; it must still be the one that the host saw in the list. */
static uint8_t get_app(const uint8_t *arguments, size_t length, uint32_t *address)
{
    struct link_app m;
    struct store_app app;

    if (!link_get_app(arguments, length, &m)) {
        return LINK_MALFORMED;
    }
    if (store_app_find(loader_store(), m.address, &app) != 0 ||
        bytes_get_u32(app.record.digest) != m.tag) {
        return LINK_NOT_FOUND;
    }
    *address = m.address;
    return LINK_OK;
}

/* Commands about one installed app. */
static uint8_t on_app(uint8_t command, const uint8_t *arguments, size_t length,
                      struct link_reply *reply)
{
    struct loader_result result = {.error = 0};
    uint32_t address;
    uint8_t status = get_app(arguments, length, &address);

    if (status != LINK_OK) {
        return status;
    }
    switch (command) {
    case LINK_REMOVE:
        return begun_job(loader_remove(address, job_done, NULL));
    case LINK_ENABLE:
    case LINK_DISABLE:
        return begun_job(loader_enable(address, command == LINK_ENABLE, job_done, NULL));
    case LINK_STOP:
        return service_status(loader_stop(address));
    case LINK_START:
        result.error = loader_start(address, &result);
        break;
    default:
        result.error = loader_restart(address, &result);
        break;
    }
    return result.error == 0 ? (uint8_t)LINK_OK : refuse(reply, &result);
}

/* What one does to a process rather than to an app: as long as it is there. */
static uint8_t control(const uint8_t *arguments, size_t length, struct link_reply *reply)
{
    uint32_t address;
    struct process *p;
    uint8_t status =
        length == 0 ? (uint8_t)LINK_MALFORMED : get_app(arguments, length - 1, &address);

    (void)reply;
    if (status != LINK_OK) {
        return status;
    }
    p = process_of_app(address);
    if (p == NULL) {
        return LINK_STATE;
    }
    return loader_is_busy() ? (uint8_t)LINK_BUSY
                            : service_status(process_control(p, arguments[length - 1]));
}

/* Text for one process: id, bytes. The results say how many it took. */
static uint8_t console_in(const uint8_t *arguments, size_t length, struct link_reply *reply)
{
    struct process *p;

    if (length < 5) {
        return LINK_MALFORMED;
    }
    p = process_find((struct process_id){bytes_get_u32(arguments)});
    if (p == NULL) {
        return LINK_NOT_FOUND;
    }
    bytes_put_u32(reply->data, (uint32_t)console_input(p, arguments + 4, length - 4));
    reply->length = 4;
    return LINK_OK;
}

static uint8_t reboot(const uint8_t *arguments, size_t length, struct link_reply *reply)
{
    (void)reply;
    if (length != 1 || arguments[0] > LINK_REBOOT_BOOTLOADER) {
        return LINK_MALFORMED;
    }
    service_reboot_soon(arguments[0] == LINK_REBOOT_BOOTLOADER);
    return LINK_OK;
}

static uint8_t kernel_confirm(const uint8_t *arguments, size_t length, struct link_reply *reply)
{
    (void)arguments;
    (void)reply;
    return length != 0 ? (uint8_t)LINK_MALFORMED : begun_job(loader_kernel_confirm(job_done, NULL));
}

static void reverted(void *context, const struct loader_result *result)
{
    job_done(context, result);
    if (result->error == 0) {
        service_reboot_soon(false);
    }
}

static uint8_t kernel_revert(const uint8_t *arguments, size_t length, struct link_reply *reply)
{
    (void)arguments;
    (void)reply;
    return length != 0 ? (uint8_t)LINK_MALFORMED : begun_job(loader_kernel_revert(reverted, NULL));
}

static uint8_t rate(const uint8_t *arguments, size_t length, struct link_reply *reply)
{
    (void)reply;
    return service_config->raise == NULL ? (uint8_t)LINK_UNSUPPORTED
                                         : service_config->raise->ask(arguments, length);
}

static handler *const handlers[] = {
    [LINK_RATE] = rate,
    [LINK_KERNEL_CONFIRM] = kernel_confirm,
    [LINK_KERNEL_REVERT] = kernel_revert,
    [LINK_INFO] = info,
    [LINK_KEY] = key,
    [LINK_LIST] = list,
    [LINK_PROCESS] = process,
    [LINK_BEGIN] = begin,
    [LINK_COMMIT] = commit,
    [LINK_ABORT] = abort_install,
    [LINK_CONSOLE_IN] = console_in,
    [LINK_REBOOT] = reboot,
    [LINK_DETAIL] = detail,
    [LINK_SYSTEM] = system_state,
    [LINK_CONTROL] = control,
};

static bool is_on_app(uint8_t command)
{
    return command >= LINK_REMOVE && command <= LINK_RESTART;
}

uint8_t service_request(void *context, uint8_t command, const uint8_t *arguments, size_t length,
                        struct link_reply *reply)
{
    (void)context;
    if (command > LINK_COMMAND_LAST) {
        return LINK_UNKNOWN;
    }
    if (!loader_is_ready() && (handlers[command] != NULL || is_on_app(command))) {
        return LINK_BUSY; /* apps are still being checked after a start */
    }
    if (is_on_app(command)) {
        return on_app(command, arguments, length, reply);
    }
    return handlers[command] == NULL ? (uint8_t)LINK_UNSUPPORTED
                                     : handlers[command](arguments, length, reply);
}

uint8_t service_data(void *context, uint32_t offset, const uint8_t *data, size_t length,
                     uint32_t complete)
{
    int error = loader_data(offset, data, (uint32_t)length, complete);

    (void)context;
    if (error == STORE_E_ORDER) {
        return LINK_BUSY; /* the header page waits for the rest */
    }
    return error == 0 ? (uint8_t)LINK_OK : service_status(error);
}
