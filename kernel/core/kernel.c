// SPDX-License-Identifier: Apache-2.0
/* The kernel loop: work, processes round robin, the verifier, sleep. */
#include <kernel/kernel.h>

#include <stddef.h>

#include "core.h"

enum {
    SLICE_MS = 10,
    VERIFIER_EVERY_MS = 10,
    HELD_PER_MS = 4 /* a quarter of a millisecond belongs to whoever runs, whatever interrupts */
};

const struct kernel_board *core_board;

static uint32_t turn;            /* slot that is asked first */
static struct process *favoured; /* goes before its turn; NULL: nobody */
static uint32_t favours;         /* how many more may do so */
static uint32_t verifier_turn;   /* slices of the verifier's own that are left of its turn */

void kernel_init(const struct kernel_board *board)
{
    core_board = board;
    if (board->capsule_count > DRIVERS_MAX) {
        kernel_panic("the board has too many capsules", NULL);
    }
    arch_init(board);
    core_timer_init();
    for (uint32_t i = 0; i < board->capsule_count; i++) {
        const struct driver *driver = core_driver(i);

        if (core_driver_index(driver->number) != (int)i) {
            kernel_panic("two capsules have the same driver number", NULL);
        }
        if (driver->init != NULL) {
            driver->init(driver, board->capsules[i].device);
        }
    }
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

/*
 * When a slice was used up, those whom events have made ready are favoured: they go before the
 * others that compute, as many as there can be processes, and the round robin goes on behind them
 * where it stood.
 */
static void favour(void)
{
    for (uint32_t i = 0; i < KERNEL_PROCESSES && favours > 0; i++) {
        struct process *process = process_at((turn + i) % KERNEL_PROCESSES);

        if (process != NULL && process->state != STATE_RUNNING && core_ready(process)) {
            favoured = process;
            favours--;
            return;
        }
    }
    favoured = NULL;
}

/* The favoured process, or the next ready one, round robin; NULL when none is. */
static struct process *next_process(void)
{
    if (favoured != NULL && favoured->state != STATE_FREE && core_ready(favoured)) {
        return favoured;
    }
    favoured = NULL;
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

/* Whether an event made a process ready that has not run since. */
static bool any_woken(void)
{
    for (uint32_t i = 0; i < KERNEL_PROCESSES; i++) {
        const struct process *process = process_at(i);

        if (process != NULL && process->state != STATE_RUNNING && core_ready(process)) {
            return true;
        }
    }
    return false;
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

static uint32_t held_ticks(void)
{
    return core_board->ticks_per_ms / HELD_PER_MS;
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
    event = arch_run(&process->context, process->region, changed, ticks, held_ticks());
    core_current = NULL;
    if (event == ARCH_FAULTED) {
        struct fault fault;

        arch_fault(&process->context, process->start, process->app_break, &fault);
        core_process_fault(process, &fault);
        return 0;
    }
    /* What is too short to be worth a switch counts as used up. */
    return arch_ticks_left() >= held_ticks() ? arch_ticks_left() : 0;
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
    if (process->state != STATE_RUNNING || process->id != last_id) {
        left = 0; /* it waits, has ended, or began anew: it is the next one's turn */
    } else if (left == 0 && process->state == STATE_RUNNING) {
        core_area(process)->statistics.slices_expired++;
        verifier_turn = SLICE_MS;
    }
    if (left == 0 && process == favoured) {
        favour();
    } else if (left == 0) {
        turn = (turn + 1) % KERNEL_PROCESSES;
        favours = process->state == STATE_RUNNING ? KERNEL_PROCESSES : 0;
        favour();
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

/* Whether the verifier has waited for its next slice as long as it may. */
static bool verifier_overdue(uint32_t waiting_since)
{
    const struct hil_alarm *alarm = core_board->alarm;

    return core_verifier_wants() &&
           alarm->now(alarm) - waiting_since >= alarm->frequency / 1000u * VERIFIER_EVERY_MS;
}

/*
 * After a process that used its slice up the verifier has as much, so that one that computes all
 * the time does not starve it; whom an event makes ready does not wait for that.
 */
static bool verifier_has_turn(void)
{
    return core_verifier_wants() && verifier_turn > 0 && !any_woken();
}

/* A slice of a millisecond; a shorter one, but in any case, when it is due and others are ready. */
static void run_verifier(bool overdue)
{
    if (overdue && any_woken()) {
        core_verifier_run(2 * held_ticks(), 2 * held_ticks());
    } else {
        core_verifier_run(core_board->ticks_per_ms, overdue ? held_ticks() : 0);
    }
}

_Noreturn void kernel_loop(void)
{
    const struct hil_alarm *alarm = core_board->alarm;
    uint32_t waiting_since = alarm->now(alarm); /* the verifier, for its next slice */

    for (;;) {
        bool overdue = verifier_overdue(waiting_since);

        core_timers_run();
        core_work_run();
        if (!overdue && !verifier_has_turn() && schedule()) {
            waiting_since = core_verifier_wants() ? waiting_since : alarm->now(alarm);
        } else if (core_verifier_wants()) {
            verifier_turn -= verifier_turn > 0 ? 1 : 0;
            /* Beside work that waits it is preempted at once: that is no slice. */
            if (overdue || !core_work_pending()) {
                waiting_since = alarm->now(alarm);
            }
            run_verifier(overdue);
        } else {
            sleep_until_interrupt();
            waiting_since = alarm->now(alarm);
        }
    }
}
