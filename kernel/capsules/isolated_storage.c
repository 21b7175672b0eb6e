// SPDX-License-Identifier: Apache-2.0
/*
 * Driver 0x50004: bytes at offsets of an area that each app has for itself. The areas are a chain
 * in Tock's format; an app's first request gives it one, of a page.
 */
#include "storage.h"

#include <base/bytes.h>
#include <base/checked.h>
#include <kernel/capsules.h>

enum {
    HEADER_VERSION_LENGTH = 0,
    HEADER_OWNER = 4,
    HEADER_CHECK = 8,
    HEADER_SIZE = 12,
    VERSION = 1,
    VERSION_SHIFT = 24
};

struct isolated {
    uint32_t offset;
    uint8_t pending; /* command under way; 0: none */
};

enum phase { PHASE_FIND, PHASE_NEW_OPEN, PHASE_NEW_CLOSE, PHASE_READ, PHASE_WRITE };

/* The operation under way. */
static struct {
    uint32_t area; /* address and size of the app's own; size 0: not known yet */
    uint32_t size;
    uint32_t length;   /* bytes to be moved, */
    uint32_t position; /* ... and of these, moved */
    uint8_t phase;
} now;

static struct isolated *state(struct process *process)
{
    return grant_peek(&isolated_storage_driver, process);
}

static int finish(struct process *process, int result, enum abi_error status, uint32_t length)
{
    if (process != NULL) {
        uint32_t upcall = state(process)->pending - (uint32_t)ABI_ISOLATED_SIZE;

        state(process)->pending = 0;
        (void)upcall_post(&isolated_storage_driver, process, upcall, (uint32_t)status, length, 0);
    }
    return result;
}

/* Looks along the chain for the area of an id; *end: where the chain ends. */
static bool find_area(uint32_t id, uint32_t *end)
{
    const struct storage_range *all = &storage_areas->isolated;
    uint32_t at = all->start;

    while (ck_range_in(at, HEADER_SIZE, all->start, all->start + all->size)) {
        const uint8_t *header = storage_bytes(at, HEADER_SIZE);
        uint32_t word = bytes_get_u32(header + HEADER_VERSION_LENGTH);
        uint32_t owner = bytes_get_u32(header + HEADER_OWNER);
        uint32_t size = word & ((1u << VERSION_SHIFT) - 1);

        if (word >> VERSION_SHIFT != VERSION || (word ^ owner) != bytes_get_u32(header + 8) ||
            !ck_range_in(at + HEADER_SIZE, size, all->start, all->start + all->size)) {
            break;
        }
        if (owner == id) {
            now.area = at + HEADER_SIZE;
            now.size = size;
            return true;
        }
        at += HEADER_SIZE + size;
    }
    *end = at;
    return false;
}

static enum storage_turn start(struct process *process)
{
    if (state(process)->pending == 0) {
        return STORAGE_NOTHING;
    }
    now.phase = PHASE_FIND;
    return STORAGE_GOES_ON;
}

/* The app has its area: begins what it asked for. */
static int begin(struct process *process)
{
    const struct isolated *request = state(process);
    bool reads = request->pending == ABI_ISOLATED_READ;

    if (request->pending == ABI_ISOLATED_SIZE) {
        return finish(process, 0, ABI_OK, now.size);
    }
    now.length = reads ? userbuf_rw(&isolated_storage_driver, process, 0).length
                       : userbuf_ro(&isolated_storage_driver, process, 0).length;
    now.position = 0;
    if (now.length == 0) {
        return finish(process, 0, ABI_RESERVE, 0);
    }
    if (!ck_range_in(request->offset, now.length, 0, now.size)) {
        return finish(process, 0, ABI_INVAL, 0);
    }
    now.area += request->offset;
    now.phase = reads ? PHASE_READ : PHASE_WRITE;
    if (!reads) {
        storage_write_begin(&isolated_storage_driver, now.area, now.length);
    }
    return KV_BUSY;
}

static int find(struct process *process)
{
    const struct storage_range *all = &storage_areas->isolated;
    uint32_t size = storage_swap.page_size;
    uint32_t end = 0;

    if (process == NULL) {
        return 0;
    }
    if (find_area(process_storage_id(process), &end)) {
        return begin(process);
    }
    /* The chain of another kernel may end inside a page, which is not taken from there. */
    if (end % size != 0 || !ck_range_in(end, size, all->start, all->start + all->size)) {
        return finish(process, 0, ABI_NOMEM, 0);
    }
    (void)swap_open(&storage_swap, end);
    now.phase = PHASE_NEW_OPEN;
    return KV_BUSY;
}

/* A page of its own, erased but for the header. */
static int make(struct process *process)
{
    int result = swap_step(&storage_swap);
    uint8_t header[HEADER_SIZE];
    uint32_t word = (uint32_t)VERSION << VERSION_SHIFT | (storage_swap.page_size - HEADER_SIZE);

    if (result != 0) {
        return result == KV_BUSY ? result : finish(process, result, ABI_FAIL, 0);
    }
    if (now.phase == PHASE_NEW_CLOSE) {
        return find(process);
    }
    if (process == NULL) {
        swap_drop(&storage_swap);
        return 0;
    }
    bytes_put_u32(header + HEADER_VERSION_LENGTH, word);
    bytes_put_u32(header + HEADER_OWNER, process_storage_id(process));
    bytes_put_u32(header + HEADER_CHECK, word ^ process_storage_id(process));
    (void)swap_put(&storage_swap, header, sizeof header);
    swap_close(&storage_swap);
    now.phase = PHASE_NEW_CLOSE;
    return KV_BUSY;
}

static int read(struct process *process)
{
    uint32_t count = process == NULL ? 0
                                     : storage_read_piece(&isolated_storage_driver, process,
                                                          now.area, now.length, now.position);

    now.position += count;
    if (count != 0) {
        return KV_BUSY;
    }
    return finish(process, 0, now.position < now.length ? ABI_RESERVE : ABI_OK, now.position);
}

static int step(struct process *process)
{
    int result;

    switch (now.phase) {
    case PHASE_FIND:
        return find(process);
    case PHASE_READ:
        return read(process);
    case PHASE_WRITE:
        result = storage_write_step(process);
        return result == KV_BUSY
                   ? result
                   : finish(process, result, storage_error(result), result == 0 ? now.length : 0);
    default:
        return make(process);
    }
}

static const struct storage_user user = {&isolated_storage_driver, start, step};

static void init(const struct driver *driver, const void *device)
{
    (void)driver;
    storage_open(device, &user);
}

static struct syscall_result request(struct process *process, uint32_t number, uint32_t offset,
                                     uint32_t high)
{
    uint32_t id = process_storage_id(process);
    struct isolated *wanted = grant_enter(&isolated_storage_driver, process);

    if (id == 0 || !process_may_store(process, STORAGE_WRITE, id)) {
        return syscall_failure(ABI_NOSUPPORT);
    }
    if (wanted == NULL) {
        return syscall_failure(ABI_NOMEM);
    }
    if (wanted->pending != 0) {
        return syscall_failure(ABI_BUSY);
    }
    /* Whatever does not fit in 32 bits lies outside every area. */
    *wanted = (struct isolated){high == 0 ? offset : UINT32_MAX, (uint8_t)number};
    storage_wake();
    return syscall_success();
}

static struct syscall_result command(const struct driver *driver, struct process *process,
                                     uint32_t number, uint32_t argument0, uint32_t argument1)
{
    (void)driver;
    if (number == ABI_COMMAND_EXISTS) {
        return syscall_success();
    }
    return number <= ABI_ISOLATED_WRITE ? request(process, number, argument0, argument1)
                                        : syscall_failure(ABI_NOSUPPORT);
}

const struct driver isolated_storage_driver = {
    .number = ABI_DRIVER_ISOLATED_STORAGE,
    .state_size = sizeof(struct isolated),
    .upcalls = 3,
    .rw_buffers = 1,
    .ro_buffers = 1,
    .init = init,
    .command = command,
};
