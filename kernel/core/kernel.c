// SPDX-License-Identifier: Apache-2.0
/* The kernel loop: work, processes round robin, the verifier, sleep. */
#include <kernel/kernel.h>

#include <stddef.h>

#include "core.h"

enum { SLICE_MS = 10, VERIFIER_EVERY_MS = 10 };

const struct kernel_board *core_board;

static uint32_t turn; /* slot that is asked first */

void kernel_init(const struct kernel_board *board)
{
    core_board = board;
    if (board->driver_count > DRIVERS_MAX) {
        kernel_panic("the board has too many drivers", NULL);
    }
    for (uint32_t i = 0; i < board->driver_count; i++) {
        if (core_driver_index(board->drivers[i]->number) != (int)i) {
            kernel_panic("two drivers have the same number", NULL);
        }
    }
    arch_init(board);
    core_timer_init();
}

_Noreturn void kernel_panic(const char *why, const struct fault *fault)
{
    (void)arch_interrupts_mask();
    core_board->panic(why, fault);
    for (;;) {
    }
}

bool kernel_flash_fits(uint32_t address, uint32_t extent)
{
    struct arch_region region[2];

    return extent != 0 && address <= UINT32_MAX - extent &&
           arch_region_cover(address, address + extent, ARCH_READ_EXECUTE, region);
}

/* The next ready process, round robin; NULL when none is. */
static struct process *next_process(void)
{
    for (uint32_t i = 0; i < KERNEL_PROCESSES; i++) {
        uint32_t slot = (turn + i) % KERNEL_PROCESSES;
        struct process *process = process_at(slot);

        if (process != NULL && core_ready(process)) {
            turn = slot;
            return process;
        }
    }
    return NULL;
}

/* Delivers what a yielded process waits for; false when it cannot go on after all. */
static bool wake(struct process *process)
{
    const struct fault fault = {
        .cause = FAULT_STACK, .address = process->context.sp, .sp = process->context.sp};

    if (process->state == STATE_RUNNING) {
        return true;
    }
    if (!arch_frame_valid(process->context.sp, process->start, process->app_break)) {
        core_process_fault(process, &fault);
        return false;
    }
    return core_yield_finish(process);
}

/* Runs a process for what is left of its slice; answers the ticks that remain of it. */
static uint32_t run(struct process *process, uint32_t ticks)
{
    bool changed = process->regions_changed;
    enum arch_event event;

    if (!wake(process)) {
        return 0;
    }
    process->regions_changed = false;
    core_current = process;
    event = arch_run(&process->context, process->region, changed, ticks);
    core_current = NULL;
    if (event == ARCH_FAULTED) {
        struct fault fault;

        arch_fault(&process->context, process->start, process->app_break, &fault);
        core_process_fault(process, &fault);
        return 0;
    }
    return arch_ticks_left();
}

/* Gives the next process its turn. Answers whether there was one. */
static bool schedule(void)
{
    static struct process *last;
    static uint32_t last_id;
    static uint32_t left;
    struct process *process = next_process();
    uint32_t slice = SLICE_MS * core_board->ticks_per_ms;

    if (process == NULL) {
        return false;
    }
    /* Whoever was interrupted by kernel work keeps the rest of its slice. */
    if (process != last || process->id != last_id || left == 0) {
        left = slice;
    }
    last = process;
    last_id = process->id;
    left = run(process, left);
    if (process->state != STATE_FREE && process->state != STATE_RUNNING) {
        left = 0;
    } else if (left == 0 && process->state == STATE_RUNNING) {
        core_area(process)->statistics.slices_expired++;
    }
    if (left == 0) {
        turn = (turn + 1) % KERNEL_PROCESSES;
    }
    return true;
}

static void sleep_until_interrupt(void)
{
    uint32_t mask = arch_interrupts_mask();

    if (!core_work_pending()) {
        arch_sleep();
    }
    arch_interrupts_restore(mask);
}

_Noreturn void kernel_loop(void)
{
    const struct hil_alarm *alarm = core_board->alarm;
    uint32_t verified_at = alarm->now(alarm);
    uint32_t due = alarm->frequency / 1000u * VERIFIER_EVERY_MS;

    for (;;) {
        bool overdue = core_verifier_wants() && alarm->now(alarm) - verified_at >= due;

        core_work_run();
        if (!overdue && schedule()) {
            continue;
        }
        if (core_verifier_wants()) {
            core_verifier_run();
            verified_at = alarm->now(alarm);
        } else if (!schedule()) {
            sleep_until_interrupt();
        }
    }
}
