// SPDX-License-Identifier: Apache-2.0
#include "storage.h"

#include <base/checked.h>
#include <hil/error.h>
#include <kernel/capsules.h>
#include <kernel/kernel.h>
#include <kernel/work.h>
#include <string.h>

enum { PIECE = 256, USERS_MAX = 4 };

struct hil_flash_user storage_view;
struct swap storage_swap;
const struct kernel_storage *storage_areas;

/* Who uses it, and whose operation is under way. */
static struct {
    uint8_t count;
    const struct storage_user *active; /* NULL: nobody's */
    struct process_id owner;
    uint32_t turn;
    const struct storage_user *user[USERS_MAX];
} users;

/* The write under way. */
static struct {
    const struct driver *driver;
    uint32_t address;
    uint32_t length;
    uint32_t page;
    enum { WRITE_OPEN, WRITE_STREAM, WRITE_CLOSED } phase;
} write;

static void pump(void *context);
static struct work pumping = WORK(pump, NULL);

static void mount(void)
{
    int result = swap_mount_begin(&storage_swap, &storage_areas->swap);

    if (result == KV_E_CONFIG) {
        kernel_panic("the board's spare pages are not pages of one size", NULL);
    }
    /* Short, but for a page that a power cut left half copied. */
    for (result = result == 0 ? KV_BUSY : result; result == KV_BUSY;) {
        result = swap_step(&storage_swap);
    }
}

/* Who asked for the operation under way; NULL once that has ended, its grant with it. */
static struct process *asker(void)
{
    struct process *process = process_find(users.owner);

    return process != NULL && grant_peek(users.active->driver, process) != NULL ? process : NULL;
}

static bool step_active(void)
{
    int result;

    if (users.active == NULL) {
        return false;
    }
    result = users.active->step(asker());
    hil_flash_hold(&storage_view, result == KV_BUSY && swap_must_finish(&storage_swap));
    if (result != KV_BUSY) {
        users.active = NULL;
    }
    /* The flash failed: what was begun is finished or given up. */
    if (result <= HIL_E_BUSY && result >= HIL_E_UNSUPPORTED) {
        mount();
    }
    return true;
}

/* For whoever waits for the flash while a page is being copied. */
static void advance(void)
{
    (void)step_active();
}

/* The next request: processes in turn, and capsules in turn for each of them. */
static bool start_next(void)
{
    uint32_t slots = process_slots();
    uint32_t places = slots * users.count;

    for (uint32_t i = 0; i < places; i++) {
        uint32_t place = (users.turn + i) % places;
        const struct storage_user *user = users.user[place / slots];
        struct process *process = process_at(place % slots);
        enum storage_turn done = process != NULL && grant_peek(user->driver, process) != NULL
                                     ? user->start(process)
                                     : STORAGE_NOTHING;

        if (done == STORAGE_GOES_ON) {
            users.active = user;
            users.owner = process_id(process);
        }
        if (done != STORAGE_NOTHING) {
            users.turn = (place + 1) % places;
            return true;
        }
    }
    return false;
}

static void pump(void *context)
{
    (void)context;
    if (step_active() || start_next()) {
        work_post(&pumping);
    }
}

void storage_open(const struct kernel_storage *device, const struct storage_user *user)
{
    users.user[users.count++] = user;
    if (storage_areas == NULL) {
        storage_areas = device;
        hil_flash_user_init(device->store_view, device->share, NULL);
        hil_flash_user_init(&storage_view, device->share, advance);
        mount();
    }
}

void storage_wake(void)
{
    work_post(&pumping);
}

const uint8_t *storage_bytes(uint32_t address, uint32_t length)
{
    return storage_view.flash.map(&storage_view.flash, address, length);
}

void storage_write_begin(const struct driver *driver, uint32_t address, uint32_t length)
{
    write.driver = driver;
    write.address = address;
    write.length = length;
    write.page = address - address % storage_swap.page_size;
    write.phase = WRITE_OPEN;
}

/* Puts the next bytes into the new page: the process's inside the range, the old ones outside. */
static void write_piece(const uint8_t *data)
{
    uint32_t at = write.page + storage_swap.position;
    uint32_t left = storage_swap.page_size - storage_swap.position;
    uint32_t end = write.address + write.length;
    const uint8_t *source;

    if (at >= write.address && at < end) {
        left = ck_min(left, end - at);
        source = data + (at - write.address);
    } else {
        left = at < write.address ? ck_min(left, write.address - at) : left;
        source = storage_bytes(at, left);
    }
    (void)swap_put(&storage_swap, source, left);
}

/* The page is open: brings its bytes and closes it, for as long as all of the buffer is there. */
static int stream(struct process *process)
{
    struct userbuf_ro buffer = {NULL, 0};

    if (process != NULL) {
        buffer = userbuf_ro(write.driver, process, 0);
    }
    if (buffer.length < write.length) {
        swap_drop(&storage_swap);
        return KV_E_CANCELLED;
    }
    if (storage_swap.position < storage_swap.page_size) {
        write_piece(buffer.data);
    } else {
        swap_close(&storage_swap);
        write.phase = WRITE_CLOSED;
    }
    return KV_BUSY;
}

int storage_write_step(struct process *process)
{
    int result = swap_step(&storage_swap);

    if (result != 0) {
        return result;
    }
    if (write.phase == WRITE_CLOSED) {
        write.page += storage_swap.page_size;
        write.phase = WRITE_OPEN;
    }
    if (write.phase == WRITE_OPEN) {
        if (write.page >= write.address + write.length) {
            return 0;
        }
        result = swap_open(&storage_swap, write.page);
        write.phase = WRITE_STREAM;
        return result == 0 ? KV_BUSY : result;
    }
    return stream(process);
}

uint32_t storage_read_piece(const struct driver *driver, struct process *process, uint32_t address,
                            uint32_t length, uint32_t offset)
{
    struct userbuf_rw buffer = userbuf_rw(driver, process, 0);
    uint32_t end = ck_min(length, buffer.length);
    uint32_t count = offset < end ? ck_min(end - offset, PIECE) : 0;

    if (count > 0) {
        memcpy(buffer.data + offset, storage_bytes(address + offset, count), count);
    }
    return count;
}

enum abi_error storage_error(int result)
{
    switch (result) {
    case 0:
        return ABI_OK;
    case KV_E_NOT_FOUND:
        return ABI_NOSUPPORT;
    case KV_E_FULL:
        return ABI_NOMEM;
    case KV_E_SIZE:
        return ABI_SIZE;
    case KV_E_CANCELLED:
        return ABI_RESERVE;
    default:
        return ABI_FAIL;
    }
}
