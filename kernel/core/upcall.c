// SPDX-License-Identifier: Apache-2.0
/*
 * Upcalls: queued by capsules, run when the process yields. An event without a subscribed function
 * is queued too, because Yield-WaitFor may ask for it later; the other yields pass over it.
 */
#include <string.h>

#include "core.h"

static bool has_function(const struct process *process, const struct upcall *upcall)
{
    const struct subscription *subscription =
        core_subscription(process, upcall->driver, upcall->number);

    return subscription != NULL && subscription->function != 0;
}

static bool is_awaited(const struct process *process, uint32_t driver, uint32_t number)
{
    return process->state == STATE_YIELDED_FOR && process->wait_driver == driver &&
           process->wait_number == number;
}

static void remove_at(struct kernel_area *area, uint32_t index)
{
    area->queued--;
    memmove(&area->queue[index], &area->queue[index + 1],
            (area->queued - index) * sizeof(struct upcall));
}

void core_upcalls_clear(struct process *process)
{
    core_area(process)->queued = 0;
    process->upcall_ready = false;
}

void core_upcalls_forget(struct process *process, uint32_t driver, uint32_t number)
{
    struct kernel_area *area = core_area(process);
    uint32_t index = 0;

    while (index < area->queued) {
        if (area->queue[index].driver == driver && area->queue[index].number == number) {
            remove_at(area, index);
        } else {
            index++;
        }
    }
}

bool core_upcall_pending(const struct process *process)
{
    const struct kernel_area *area = core_area(process);

    for (uint32_t i = 0; i < area->queued; i++) {
        if (has_function(process, &area->queue[i])) {
            return true;
        }
    }
    return false;
}

/*
 * Recomputes whether a yielded process can go on. Always from the queue: an unrelated upcall that
 * arrives later must not hide the awaited one.
 */
void core_upcalls_update(struct process *process)
{
    const struct kernel_area *area = core_area(process);
    bool ready = false;

    if (process->state == STATE_YIELDED) {
        ready = core_upcall_pending(process);
    } else if (process->state == STATE_YIELDED_FOR) {
        for (uint32_t i = 0; i < area->queued; i++) {
            ready |= is_awaited(process, area->queue[i].driver, area->queue[i].number);
        }
    }
    process->upcall_ready = ready;
}

static bool comes_again(const struct kernel_area *area, uint32_t index)
{
    for (uint32_t i = index + 1; i < area->queued; i++) {
        if (area->queue[i].driver == area->queue[index].driver &&
            area->queue[i].number == area->queue[index].number) {
            return true;
        }
    }
    return false;
}

/*
 * Makes room by dropping the oldest event without a function that another of its kind follows. The
 * last of its kind stays: Yield-WaitFor may ask for it later, and would wait for ever.
 */
static bool drop_repeated(struct process *process)
{
    struct kernel_area *area = core_area(process);

    for (uint32_t i = 0; i < area->queued; i++) {
        if (!has_function(process, &area->queue[i]) && comes_again(area, i)) {
            remove_at(area, i);
            return true;
        }
    }
    return false;
}

bool upcall_post(const struct driver *driver, struct process *process, uint32_t number,
                 uint32_t argument0, uint32_t argument1, uint32_t argument2)
{
    int index = core_driver_index(driver->number);
    struct kernel_area *area = core_area(process);
    uint32_t room;

    if (index < 0 || !core_alive(process) || core_grant(process, (uint32_t)index, true) == NULL) {
        return false;
    }
    /* The last place is for what the process waits for: other upcalls cannot take it away. */
    room = UPCALL_QUEUE_LENGTH + (is_awaited(process, (uint32_t)index, number) ? 1u : 0u);
    if (area->queued >= room && !drop_repeated(process)) {
        area->statistics.upcalls_dropped++;
        return false;
    }
    area->queue[area->queued++] =
        (struct upcall){(uint8_t)index, (uint8_t)number, 0, {argument0, argument1, argument2}};
    core_upcalls_update(process);
    return true;
}

void core_upcall_run(struct process *process)
{
    struct kernel_area *area = core_area(process);
    struct upcall upcall;
    const struct subscription *subscription;
    uint32_t index = 0;

    while (index < area->queued && !has_function(process, &area->queue[index])) {
        index++;
    }
    if (index == area->queued) {
        return;
    }
    upcall = area->queue[index];
    /* What lies in front has no function: Yield-Wait passes over it for good. */
    memmove(&area->queue[0], &area->queue[index + 1],
            (area->queued - index - 1) * sizeof(struct upcall));
    area->queued -= index + 1;
    subscription = core_subscription(process, upcall.driver, upcall.number);
    arch_frame_upcall(process->context.sp, subscription->function,
                      (const uint32_t[4]){upcall.argument[0], upcall.argument[1],
                                          upcall.argument[2], subscription->userdata});
}

bool core_upcall_take(struct process *process, uint32_t driver, uint32_t number, uint32_t value[3])
{
    struct kernel_area *area = core_area(process);

    for (uint32_t i = 0; i < area->queued; i++) {
        if (area->queue[i].driver == driver && area->queue[i].number == number) {
            memcpy(value, area->queue[i].argument, sizeof area->queue[i].argument);
            remove_at(area, i);
            return true;
        }
    }
    return false;
}
