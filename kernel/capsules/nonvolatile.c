// SPDX-License-Identifier: Apache-2.0
/* Driver 0x50001: bytes at offsets of one area that all apps share, without any isolation. */
#include "storage.h"

#include <base/checked.h>
#include <kernel/capsules.h>

struct nonvolatile {
    uint32_t offset;
    uint32_t length; /* of the request, and of the buffer when it was made */
    uint8_t pending; /* command under way; 0: none */
};

/* The operation under way. */
static struct {
    bool reading;
    uint32_t position; /* bytes that were read */
} operation;

static struct nonvolatile *state(struct process *process)
{
    return grant_peek(&nonvolatile_driver, process);
}

static void finish(struct process *process, uint32_t length)
{
    struct nonvolatile *request = state(process);
    uint32_t upcall = request->pending == ABI_NONVOLATILE_READ ? ABI_NONVOLATILE_UPCALL_READ
                                                               : ABI_NONVOLATILE_UPCALL_WRITTEN;

    request->pending = 0;
    (void)upcall_post(&nonvolatile_driver, process, upcall, length, 0, 0);
}

static uint32_t address_of(const struct nonvolatile *request)
{
    return storage_areas->nonvolatile.start + request->offset;
}

static enum storage_turn start(struct process *process)
{
    const struct nonvolatile *request = state(process);

    if (request->pending == 0) {
        return STORAGE_NOTHING;
    }
    operation.position = 0;
    operation.reading = request->pending == ABI_NONVOLATILE_READ;
    if (!operation.reading) {
        storage_write_begin(&nonvolatile_driver, address_of(request), request->length);
    }
    return STORAGE_GOES_ON;
}

static int step_read(struct process *process)
{
    const struct nonvolatile *request;
    uint32_t count;

    if (process == NULL) {
        return 0;
    }
    request = state(process);
    count = storage_read_piece(&nonvolatile_driver, process, address_of(request), request->length,
                               operation.position);
    operation.position += count;
    if (count != 0) {
        return KV_BUSY;
    }
    finish(process, operation.position);
    return 0;
}

static int step(struct process *process)
{
    int result;

    if (operation.reading) {
        return step_read(process);
    }
    result = storage_write_step(process);
    if (result != KV_BUSY && process != NULL) {
        finish(process, result == 0 ? state(process)->length : 0);
    }
    return result;
}

static const struct storage_user user = {&nonvolatile_driver, start, step};

static void init(const struct driver *driver, const void *device)
{
    (void)driver;
    storage_open(device, &user);
}

static struct syscall_result request(struct process *process, uint32_t number, uint32_t offset,
                                     uint32_t length)
{
    struct nonvolatile *wanted = grant_enter(&nonvolatile_driver, process);
    uint32_t room = number == ABI_NONVOLATILE_READ
                        ? userbuf_rw(&nonvolatile_driver, process, 0).length
                        : userbuf_ro(&nonvolatile_driver, process, 0).length;

    if (wanted == NULL || wanted->pending != 0) {
        return syscall_failure(ABI_NOMEM);
    }
    if (!ck_range_in(offset, length, 0, storage_areas->nonvolatile.size)) {
        return syscall_failure(ABI_INVAL);
    }
    if (ck_min(length, room) == 0) {
        return syscall_failure(ABI_RESERVE);
    }
    *wanted = (struct nonvolatile){offset, ck_min(length, room), (uint8_t)number};
    storage_wake();
    return syscall_success();
}

static struct syscall_result command(const struct driver *driver, struct process *process,
                                     uint32_t number, uint32_t argument0, uint32_t argument1)
{
    (void)driver;
    switch (number) {
    case ABI_COMMAND_EXISTS:
        return syscall_success();
    case ABI_NONVOLATILE_SIZE:
        return syscall_success_u32(storage_areas->nonvolatile.size);
    case ABI_NONVOLATILE_READ:
    case ABI_NONVOLATILE_WRITE:
        return request(process, number, argument0, argument1);
    default:
        return syscall_failure(ABI_NOSUPPORT);
    }
}

const struct driver nonvolatile_driver = {
    .number = ABI_DRIVER_NONVOLATILE,
    .state_size = sizeof(struct nonvolatile),
    .upcalls = 2,
    .rw_buffers = 1,
    .ro_buffers = 1,
    .init = init,
    .command = command,
};
