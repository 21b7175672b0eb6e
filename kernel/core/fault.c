// SPDX-License-Identifier: Apache-2.0
/*
 * What happens to a process that faults: what its app asks for, within what the board allows. A
 * pause in front of each restart, twice as long each time, keeps one that faults at once from
 * taking time and line from the others.
 */
#include <base/checked.h>
#include <kernel/timer.h>

#include "core.h"

enum { PAUSE_MS = 10, DOUBLINGS_MAX = 9 };

uint8_t core_fault_policy(const struct process *process, uint8_t *limit)
{
    uint8_t policy = process->image.fault_policy;

    *limit = (uint8_t)ck_min(process->image.fault_restarts, kernel_board->fault_restarts_max);
    if (policy == FAULT_STOP || policy == FAULT_RESTART ||
        (policy == FAULT_PANIC && kernel_board->fault_panic_allowed)) {
        return policy;
    }
    *limit = kernel_board->fault_restarts;
    return kernel_board->fault_policy != FAULT_BOARD ? (uint8_t)kernel_board->fault_policy
                                                     : FAULT_STOP;
}

/* The pause is over. */
static void begin_anew(void *context)
{
    struct process *process = context;

    process->statistics.fault_restarts++;
    core_process_restart(process);
}

void core_process_fault(struct process *process, const struct fault *fault)
{
    const struct fault copy = *fault;
    uint8_t limit;
    uint8_t policy = core_fault_policy(process, &limit);
    uint32_t before = process->statistics.fault_restarts;

    core_process_end(process, STATE_FAULTED);
    if (policy == FAULT_PANIC) {
        kernel_panic("a process faulted", &copy);
    }
    process->fault = copy;
    if (policy == FAULT_RESTART && (before < limit || limit == FAULT_ENDLESS)) {
        struct timer *pause = &process->pause;

        pause->fired = begin_anew;
        pause->context = process;
        timer_arm(pause, timer_now(), timer_from_ms(PAUSE_MS << ck_min(before, DOUBLINGS_MAX)));
    }
    if (kernel_board->faulted != NULL) {
        kernel_board->faulted(process, &copy);
    }
}

void core_frame_fault(struct process *process)
{
    const struct fault fault = {
        .cause = FAULT_STACK, .address = process->context.sp, .sp = process->context.sp};

    core_process_fault(process, &fault);
}

void process_force_fault(struct process *process)
{
    const struct fault fault = {.cause = FAULT_FORCED};

    if (core_alive(process)) {
        core_process_fault(process, &fault);
    }
}

void process_fault(const struct process *process, struct fault *fault)
{
    *fault = process->fault;
}
