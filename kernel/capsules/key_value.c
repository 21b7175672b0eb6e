// SPDX-License-Identifier: Apache-2.0
/*
 * Driver 0x50003: values under keys, in TicKV's format. Each value carries the id of the app that
 * stored it; to whom an app's permissions do not extend, its keys do not exist.
 */
#include "storage.h"

#include <base/bytes.h>
#include <base/checked.h>
#include <kernel/capsules.h>
#include <kv/siphash.h>

/* Tock's header of a value. */
enum { HEADER_VERSION = 0, HEADER_LENGTH = 1, HEADER_OWNER = 5, HEADER_SIZE = 9 };

struct key_value {
    uint8_t pending; /* command under way; 0: none */
};

enum phase { PHASE_MOUNT, PHASE_FIND, PHASE_COPY, PHASE_CHANGE };

/* The operation under way. */
static struct {
    uint32_t length;   /* of the value, Tock's header left out */
    uint32_t position; /* bytes of it that are copied */
    uint32_t owner;    /* id that a value is stored under */
    uint8_t command;
    uint8_t phase;
} now;
static struct kv store;

static struct key_value *state(struct process *process)
{
    return grant_peek(&key_value_driver, process);
}

static int finish(struct process *process, int result, enum abi_error status, uint32_t length)
{
    if (process != NULL) {
        state(process)->pending = 0;
        (void)upcall_post(&key_value_driver, process, ABI_KV_UPCALL_DONE, (uint32_t)status, length,
                          0);
    }
    return result;
}

static struct userbuf_ro value_of(struct process *process)
{
    return userbuf_ro(&key_value_driver, process, ABI_KV_RO_VALUE);
}

static bool brings_value(unsigned command)
{
    return command == ABI_KV_SET || command == ABI_KV_ADD || command == ABI_KV_UPDATE;
}

/* What can be said at once against a request; asked again when its turn comes. */
static enum abi_error refusal(struct process *process, unsigned command)
{
    uint32_t key = userbuf_ro(&key_value_driver, process, ABI_KV_RO_KEY).length;
    uint32_t id = process_storage_id(process);
    uint32_t longest;

    if (id == 0 || (brings_value(command) && !process_may_store(process, STORAGE_WRITE, id))) {
        return ABI_INVAL;
    }
    if (command == ABI_KV_COLLECT) {
        return ABI_OK;
    }
    if (key == 0) {
        return ABI_RESERVE;
    }
    /* An object lies in one page. */
    longest = ck_min(ABI_KV_VALUE_MAX, storage_swap.page_size - KV_OVERHEAD - HEADER_SIZE);
    if (key > ABI_KV_KEY_MAX || (brings_value(command) && value_of(process).length > longest)) {
        return ABI_SIZE;
    }
    return ABI_OK;
}

static enum storage_turn start(struct process *process)
{
    const struct key_value *request = state(process);
    enum abi_error error;

    if (request->pending == 0) {
        return STORAGE_NOTHING;
    }
    error = refusal(process, request->pending);
    if (error != ABI_OK) {
        (void)finish(process, 0, error, 0);
        return STORAGE_DONE;
    }
    now.command = request->pending;
    now.length = brings_value(now.command) ? value_of(process).length : 0;
    now.owner = process_storage_id(process);
    now.position = 0;
    now.phase = PHASE_MOUNT;
    if (!store.mounted) {
        kv_mount_begin(&store, &storage_areas->kv);
    }
    return STORAGE_GOES_ON;
}

/* The store is mounted: begins the operation proper. */
static int begin(struct process *process)
{
    struct userbuf_ro key = {NULL, 0};
    uint8_t hash[SIPHASH_SIZE];

    now.phase = PHASE_CHANGE;
    if (now.command == ABI_KV_COLLECT) {
        (void)kv_collect_begin(&store);
        return KV_BUSY;
    }
    if (process != NULL) {
        key = userbuf_ro(&key_value_driver, process, ABI_KV_RO_KEY);
    }
    if (key.length == 0 || key.length > ABI_KV_KEY_MAX) {
        return finish(process, 0, key.length == 0 ? ABI_RESERVE : ABI_SIZE, 0);
    }
    siphash_zero_key(key.data, key.length, hash);
    (void)kv_find_begin(&store, hash);
    now.phase = PHASE_FIND;
    return KV_BUSY;
}

/* Tock's header of what was found; false when it is none. */
static bool found_header(uint32_t *length, uint32_t *id)
{
    const uint8_t *value = storage_bytes(store.value, store.value_length);

    if (store.value_length < HEADER_SIZE || value[HEADER_VERSION] != 0) {
        return false;
    }
    *length = bytes_get_u32(value + HEADER_LENGTH);
    *id = bytes_get_u32(value + HEADER_OWNER);
    return *length <= store.value_length - HEADER_SIZE;
}

/* The key exists: what the command makes of it. */
static int use(struct process *process)
{
    enum storage_access access = now.command == ABI_KV_GET ? STORAGE_READ : STORAGE_MODIFY;
    uint32_t length;
    uint32_t id;

    if (now.command == ABI_KV_ADD || !found_header(&length, &id) ||
        !process_may_store(process, access, id)) {
        return finish(process, 0, ABI_NOSUPPORT, 0);
    }
    if (now.command == ABI_KV_GET) {
        now.length = length;
        now.phase = PHASE_COPY;
        return KV_BUSY;
    }
    now.phase = PHASE_CHANGE;
    if (now.command == ABI_KV_DELETE) {
        (void)kv_remove_begin(&store);
    } else {
        (void)kv_store_begin(&store, HEADER_SIZE + now.length);
    }
    return KV_BUSY;
}

static int found(struct process *process, int result)
{
    if (process == NULL) {
        return 0;
    }
    if (result == 0) {
        return use(process);
    }
    if (result != KV_E_NOT_FOUND || (now.command != ABI_KV_SET && now.command != ABI_KV_ADD)) {
        return finish(process, result, storage_error(result), 0);
    }
    now.phase = PHASE_CHANGE;
    (void)kv_store_begin(&store, HEADER_SIZE + now.length);
    return KV_BUSY;
}

/* The next piece of a value on its way to the process. */
static int copy(struct process *process)
{
    uint32_t count = process == NULL
                         ? 0
                         : storage_read_piece(&key_value_driver, process, store.value + HEADER_SIZE,
                                              now.length, now.position);

    now.position += count;
    if (count != 0) {
        return KV_BUSY;
    }
    return finish(process, 0, now.position < now.length ? ABI_SIZE : ABI_OK, now.length);
}

/* Brings the next bytes of a value that is being stored. */
static void bring(struct process *process)
{
    uint32_t taken = kv_taken(&store);
    struct userbuf_ro value = {NULL, 0};
    uint8_t header[HEADER_SIZE];

    if (process != NULL) {
        value = value_of(process);
    }
    if (process == NULL || value.length < now.length) {
        kv_cancel(&store);
    } else if (taken < HEADER_SIZE) {
        header[HEADER_VERSION] = 0;
        bytes_put_u32(header + HEADER_LENGTH, now.length);
        bytes_put_u32(header + HEADER_OWNER, now.owner);
        (void)kv_put(&store, header + taken, HEADER_SIZE - taken);
    } else {
        (void)kv_put(&store, value.data + (taken - HEADER_SIZE),
                     now.length - (taken - HEADER_SIZE));
    }
}

static int step(struct process *process)
{
    int result;

    if (now.phase == PHASE_COPY) {
        return copy(process);
    }
    result = kv_step(&store);
    if (result == KV_MORE) {
        bring(process);
        return KV_BUSY;
    }
    if (result == KV_BUSY) {
        return KV_BUSY;
    }
    if (result < 0 && result != KV_E_NOT_FOUND && result != KV_E_FULL && result != KV_E_SIZE &&
        result != KV_E_CANCELLED) {
        store.mounted = false;
        return finish(process, result, ABI_FAIL, 0);
    }
    if (now.phase == PHASE_MOUNT) {
        return begin(process);
    }
    if (now.phase == PHASE_FIND) {
        return found(process, result);
    }
    return finish(process, result, storage_error(result), 0);
}

static const struct storage_user user = {&key_value_driver, start, step};

static void init(const struct driver *driver, const void *device)
{
    (void)driver;
    storage_open(device, &user);
}

static struct syscall_result request(struct process *process, uint32_t number)
{
    struct key_value *request_state = grant_enter(&key_value_driver, process);
    enum abi_error error;

    if (request_state == NULL || request_state->pending != 0) {
        return syscall_failure(ABI_NOMEM);
    }
    error = refusal(process, number);
    if (error == ABI_OK) {
        request_state->pending = (uint8_t)number;
        storage_wake();
    }
    return syscall_status(error);
}

static struct syscall_result command(const struct driver *driver, struct process *process,
                                     uint32_t number, uint32_t argument0, uint32_t argument1)
{
    (void)driver;
    (void)argument0;
    (void)argument1;
    if (number == ABI_COMMAND_EXISTS) {
        return syscall_success();
    }
    return number <= ABI_KV_COLLECT ? request(process, number) : syscall_failure(ABI_NOSUPPORT);
}

const struct driver key_value_driver = {
    .number = ABI_DRIVER_KEY_VALUE,
    .state_size = sizeof(struct key_value),
    .upcalls = 1,
    .rw_buffers = 1,
    .ro_buffers = 2,
    .init = init,
    .command = command,
};
