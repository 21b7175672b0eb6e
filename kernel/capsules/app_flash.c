// SPDX-License-Identifier: Apache-2.0
/*
 * Driver 0x50000: an app writes the writeable regions of its own object. The process does not run
 * while a page of it is copied, since its code may lie in there, too.
 */
#include "storage.h"

#include <base/checked.h>
#include <kernel/capsules.h>

struct app_flash {
    uint32_t address;
    bool pending;
};

static uint32_t app; /* whose write is under way: address of its object */

static struct app_flash *state(struct process *process)
{
    return grant_peek(&app_flash_driver, process);
}

/* The app's process, this instance or the next. */
static void hold(bool on)
{
    struct process *process = process_of_app(app);

    if (process != NULL) {
        process_hold(process, on);
    }
}

static int finish(struct process *process, int result, enum abi_error status)
{
    if (process != NULL) {
        state(process)->pending = false;
        (void)upcall_post(&app_flash_driver, process, ABI_APP_FLASH_UPCALL_DONE, (uint32_t)status,
                          0, 0);
    }
    return result;
}

/* Whether a range lies in one writeable region, and its pages in the app's own flash. */
static bool may_write(const struct process_image *image, uint32_t address, uint32_t length)
{
    uint32_t page = storage_swap.page_size;
    uint32_t regions = image->writeable == NULL || !image->may_write_flash
                           ? 0
                           : image->writeable(image, UINT32_MAX, NULL, NULL);
    uint32_t first = ck_align_down(address, page);
    uint32_t end;

    if (!ck_range_in(address, length, image->app_start, image->binary_end) ||
        !ck_align_up(address + length, page, &end) ||
        !ck_range_in(first, end - first, image->flash_start, image->flash_start + image->extent)) {
        return false;
    }
    for (uint32_t i = 0; i < regions; i++) {
        uint32_t start;
        uint32_t size;
        uint32_t region_end;

        if (image->writeable(image, i, &start, &size) != 0 && ck_add(start, size, &region_end) &&
            ck_range_in(address, length, start, region_end)) {
            return true;
        }
    }
    return false;
}

/* Asked when the request is made, and again when its turn comes: the buffer may be another. */
static enum abi_error refusal(struct process *process, uint32_t address)
{
    uint32_t length = userbuf_ro(&app_flash_driver, process, 0).length;

    if (length == 0) {
        return ABI_RESERVE;
    }
    return may_write(process_image(process), address, length) ? ABI_OK : ABI_INVAL;
}

static enum storage_turn start(struct process *process)
{
    const struct app_flash *request = state(process);
    enum abi_error error;

    if (!request->pending) {
        return STORAGE_NOTHING;
    }
    error = refusal(process, request->address);
    if (error != ABI_OK) {
        (void)finish(process, 0, error);
        return STORAGE_DONE;
    }
    app = process_image(process)->flash_start;
    storage_write_begin(&app_flash_driver, request->address,
                        userbuf_ro(&app_flash_driver, process, 0).length);
    return STORAGE_GOES_ON;
}

static int step(struct process *process)
{
    int result = storage_write_step(process);

    hold(result == KV_BUSY && swap_must_finish(&storage_swap));
    return result == KV_BUSY ? result : finish(process, result, storage_error(result));
}

static const struct storage_user user = {&app_flash_driver, start, step};

static void init(const struct driver *driver, const void *device)
{
    (void)driver;
    storage_open(device, &user);
}

static struct syscall_result write(struct process *process, uint32_t address)
{
    struct app_flash *request = grant_enter(&app_flash_driver, process);
    enum abi_error error;

    if (request == NULL || request->pending) {
        return syscall_failure(ABI_NOMEM);
    }
    error = refusal(process, address);
    if (error == ABI_OK) {
        *request = (struct app_flash){address, true};
        storage_wake();
    }
    return syscall_status(error);
}

static struct syscall_result command(const struct driver *driver, struct process *process,
                                     uint32_t number, uint32_t argument0, uint32_t argument1)
{
    (void)driver;
    (void)argument1;
    if (number == ABI_COMMAND_EXISTS) {
        return syscall_success();
    }
    return number == ABI_APP_FLASH_WRITE ? write(process, argument0)
                                         : syscall_failure(ABI_NOSUPPORT);
}

const struct driver app_flash_driver = {
    .number = ABI_DRIVER_APP_FLASH,
    .state_size = sizeof(struct app_flash),
    .upcalls = 1,
    .ro_buffers = 1,
    .init = init,
    .command = command,
};
