// SPDX-License-Identifier: Apache-2.0
/*
 * Grants: what a driver keeps for a process lies in that process's memory. Layout of one grant,
 * from low to high addresses: subscriptions, read-write buffers, read-only buffers, the driver's
 * state.
 */
#include <string.h>

#include <base/checked.h>

#include "core.h"

int core_driver_index(uint32_t number)
{
    for (uint32_t i = 0; i < core_board->capsule_count; i++) {
        if (core_driver(i)->number == number) {
            return (int)i;
        }
    }
    return -1;
}

static uint32_t slots_size(const struct driver *driver)
{
    return (uint32_t)sizeof(struct subscription) * driver->upcalls +
           (uint32_t)sizeof(struct shared) * ((uint32_t)driver->rw_buffers + driver->ro_buffers);
}

uint32_t core_grant_size(const struct driver *driver)
{
    return (slots_size(driver) + driver->state_size + 7u) & ~7u;
}

/* Takes memory for a grant from the top of what is free. */
static uint32_t allocate_grant(struct process *process, const struct driver *driver)
{
    uint32_t size = core_grant_size(driver);
    uint32_t start;

    if (size == 0 || !ck_sub(process->grant_start, size, &start) || start < process->visible_end) {
        return 0;
    }
    memset((void *)(uintptr_t)start, 0, size);
    process->grant_start = start;
    return start;
}

void *core_grant(struct process *process, uint32_t index, bool allocate)
{
    struct kernel_area *area = core_area(process);

    if (!core_alive(process)) {
        return NULL;
    }
    if (area->grant[index] == 0 && allocate) {
        area->grant[index] = allocate_grant(process, core_driver(index));
    }
    return (void *)(uintptr_t)area->grant[index];
}

struct subscription *core_subscription(const struct process *process, uint32_t index,
                                       uint32_t number)
{
    uint32_t grant = core_area(process)->grant[index];

    if (grant == 0 || number >= core_driver(index)->upcalls) {
        return NULL;
    }
    return (struct subscription *)(uintptr_t)grant + number;
}

struct shared *core_shared(const struct process *process, uint32_t index, uint32_t number,
                           bool writeable)
{
    const struct driver *driver = core_driver(index);
    uint32_t grant = core_area(process)->grant[index];
    uint32_t count = writeable ? driver->rw_buffers : driver->ro_buffers;
    struct shared *first;

    if (grant == 0 || number >= count) {
        return NULL;
    }
    first = (struct shared *)(uintptr_t)(grant + sizeof(struct subscription) * driver->upcalls);
    return first + (writeable ? 0 : driver->rw_buffers) + number;
}

static void *state_of(const struct driver *driver, struct process *process, bool allocate)
{
    int index = core_driver_index(driver->number);
    uint8_t *grant = index >= 0 ? core_grant(process, (uint32_t)index, allocate) : NULL;

    return grant != NULL ? grant + slots_size(driver) : NULL;
}

void *grant_enter(const struct driver *driver, struct process *process)
{
    return state_of(driver, process, true);
}

void *grant_peek(const struct driver *driver, struct process *process)
{
    return state_of(driver, process, false);
}

/*
 * A buffer as it stands now. It was inside the process when it was shared, and the break cannot
 * fall below it; it is checked again all the same, here, at each use.
 */
static struct shared current(const struct driver *driver, struct process *process, uint32_t number,
                             bool writeable)
{
    int index = core_driver_index(driver->number);
    const struct shared *shared = NULL;

    if (index >= 0 && core_alive(process)) {
        shared = core_shared(process, (uint32_t)index, number, writeable);
    }
    if (shared == NULL || shared->length == 0 ||
        !(core_in_ram(process, shared->address, shared->length) ||
          (!writeable && core_in_flash(process, shared->address, shared->length)))) {
        return (struct shared){0, 0};
    }
    return *shared;
}

struct userbuf_ro userbuf_ro(const struct driver *driver, struct process *process, uint32_t number)
{
    struct shared shared = current(driver, process, number, false);

    return (struct userbuf_ro){(const uint8_t *)(uintptr_t)shared.address, shared.length};
}

struct userbuf_rw userbuf_rw(const struct driver *driver, struct process *process, uint32_t number)
{
    struct shared shared = current(driver, process, number, true);

    return (struct userbuf_rw){(uint8_t *)(uintptr_t)shared.address, shared.length};
}
