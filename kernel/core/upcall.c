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

/* Whether a process that yielded can go on with an upcall. */
static bool is_awaited(const struct process *process, uint32_t driver, uint32_t number)
{
    const struct subscription *subscription;

    if (process->upcall_ready || process->state == STATE_RUNNING) {
        return false;
    }
    if (process->state == STATE_YIELDED_FOR) {
        return process->wait_driver == driver && process->wait_number == number;
    }
    subscription = core_subscription(process, driver, number);
    return subscription != NULL && subscription->function != 0;
}

/* Takes the first `count` of the upcalls from `index` on out of the queue. */
static void remove_at(struct process *process, uint32_t index, uint32_t count)
{
    uint32_t behind = process->queued - index - count;

    if (behind != 0) {
        memmove(&process->queue[index], &process->queue[index + count],
                behind * sizeof(struct upcall));
    }
    process->queued = (uint8_t)(process->queued - count);
}

void core_upcalls_clear(struct process *process)
{
    process->queued = 0;
    process->upcall_ready = false;
    core_readiness(process);
}

void core_upcalls_forget(struct process *process, uint32_t driver, uint32_t number)
{
    uint32_t index = 0;

    while (index < process->queued) {
        if (process->queue[index].driver == driver && process->queue[index].number == number) {
            remove_at(process, index, 1);
        } else {
            index++;
        }
    }
}

uint32_t core_upcall_next(const struct process *process)
{
    uint32_t index = 0;

    while (index < process->queued && !has_function(process, &process->queue[index])) {
        index++;
    }
    return index;
}

static bool comes_again(const struct process *process, uint32_t index)
{
    for (uint32_t i = index + 1; i < process->queued; i++) {
        if (process->queue[i].driver == process->queue[index].driver &&
            process->queue[i].number == process->queue[index].number) {
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
    for (uint32_t i = 0; i < process->queued; i++) {
        if (!has_function(process, &process->queue[i]) && comes_again(process, i)) {
            remove_at(process, i, 1);
            return true;
        }
    }
    return false;
}

bool upcall_post(const struct driver *driver, struct process *process, uint32_t number,
                 uint32_t argument0, uint32_t argument1, uint32_t argument2)
{
    int found = core_index_of(driver);
    uint32_t index = (uint32_t)found;
    struct upcall *upcall;
    bool awaited;

    if (found < 0 || !core_alive(process) || core_grant(process, index) == 0) {
        return false;
    }
    /* The last place is for what the process waits for: other upcalls cannot take it away. */
    awaited = is_awaited(process, index, number);
    if (process->queued >= UPCALL_QUEUE_LENGTH + (awaited ? 1u : 0u) && !drop_repeated(process)) {
        process->statistics.upcalls_dropped++;
        return false;
    }
    upcall = &process->queue[process->queued++];
    upcall->driver = (uint8_t)index;
    upcall->number = (uint8_t)number;
    upcall->argument[0] = argument0;
    upcall->argument[1] = argument1;
    upcall->argument[2] = argument2;
    /* Only ever set here: an unrelated upcall that comes later does not hide the awaited one. */
    if (awaited) {
        core_wake(process);
    }
    return true;
}

uint32_t process_upcalls(const struct process *process)
{
    return process->queued;
}

void core_upcall_run(struct process *process, uint32_t index)
{
    const struct upcall *upcall = &process->queue[index];
    const struct subscription *subscription;

    if (index >= process->queued) {
        return;
    }
    subscription = core_subscription(process, upcall->driver, upcall->number);
    arch_frame_upcall(process->context.sp, subscription->function, upcall->argument,
                      subscription->userdata);
    if (index + 1 == process->queued) {
        process->queued = 0;
    } else {
        remove_at(process, 0, index + 1);
    }
}

bool core_upcall_take(struct process *process, uint32_t driver, uint32_t number, uint32_t value[3])
{
    for (uint32_t i = 0; i < process->queued; i++) {
        if (process->queue[i].driver == driver && process->queue[i].number == number) {
            memcpy(value, process->queue[i].argument, sizeof process->queue[i].argument);
            remove_at(process, i, 1);
            return true;
        }
    }
    return false;
}
