// SPDX-License-Identifier: Apache-2.0
/*
 * Grants: what a driver keeps for a process lies in that process's memory. Layout of one grant,
 * from low to high addresses: subscriptions, buffers by kind of allow, the driver's state.
 */
#include "core.h"

struct core_drivers core_drivers;

static uint32_t slots_size(const struct driver *driver)
{
    return (uint32_t)sizeof(struct subscription) * driver->upcalls +
           (uint32_t)sizeof(struct shared) *
               ((uint32_t)driver->rw_buffers + driver->ro_buffers + driver->ur_buffers);
}

/* Bytes of a driver's grant. */
static uint32_t grant_size(const struct driver *driver)
{
    return (slots_size(driver) + driver->state_size + 7u) & ~7u;
}

void core_driver_add(uint32_t index)
{
    uint32_t number = core_driver(index)->number;
    uint32_t place = core_place_of(number);

    if (index == DRIVERS_MAX) {
        kernel_panic("the board has too many capsules", NULL);
    }
    while (core_drivers.at[place] != 0) {
        if (core_driver(core_drivers.at[place] - 1u)->number == number) {
            kernel_panic("two capsules have the same driver number", NULL);
        }
        place = (place + 1) % CORE_INDEX_SIZE;
    }
    core_drivers.at[place] = (uint8_t)(index + 1);
    core_drivers.grants += grant_size(core_driver(index));
}

uint32_t core_grant_take(struct process *process, uint32_t index)
{
    uint32_t size;

    if (core_alive(process)) {
        size = grant_size(core_driver(index));
        process->grant[index] = size != 0 ? core_memory_take(process, size) : 0;
    }
    return process->grant[index];
}

void *grant_peek(const struct driver *driver, struct process *process)
{
    int index = core_index_of(driver);
    uint32_t grant = index >= 0 && core_alive(process) ? process->grant[index] : 0;

    return grant != 0 ? (void *)(uintptr_t)(grant + slots_size(driver)) : NULL;
}

void *grant_enter(const struct driver *driver, struct process *process)
{
    int index = core_index_of(driver);

    if (index >= 0) {
        (void)core_grant(process, (uint32_t)index);
    }
    return grant_peek(driver, process);
}

/*
 * A buffer as it stands now. It was inside the process when it was shared, and the break cannot
 * fall below it; it is checked again all the same, here, at each use.
 */
static struct shared current(const struct driver *driver, const struct process *process,
                             uint32_t number, enum share kind)
{
    int index = core_index_of(driver);
    const struct shared *shared = NULL;

    if (index >= 0 && core_alive(process)) {
        shared = core_shared(process, (uint32_t)index, number, kind);
    }
    if (shared == NULL || shared->length == 0 ||
        !(core_in_ram(process, shared->address, shared->length) ||
          (kind == SHARE_READ_ONLY && core_in_flash(process, shared->address, shared->length)))) {
        return (struct shared){0, 0};
    }
    return *shared;
}

struct userbuf_ro userbuf_ro(const struct driver *driver, struct process *process, uint32_t number)
{
    struct shared shared = current(driver, process, number, SHARE_READ_ONLY);

    return (struct userbuf_ro){(const uint8_t *)(uintptr_t)shared.address, shared.length};
}

struct userbuf_rw userbuf_rw(const struct driver *driver, struct process *process, uint32_t number)
{
    struct shared shared = current(driver, process, number, SHARE_WRITEABLE);

    return (struct userbuf_rw){(uint8_t *)(uintptr_t)shared.address, shared.length};
}

struct userbuf_rw userbuf_ur(const struct driver *driver, struct process *process, uint32_t number)
{
    struct shared shared = current(driver, process, number, SHARE_READABLE);

    return (struct userbuf_rw){(uint8_t *)(uintptr_t)shared.address, shared.length};
}
