// SPDX-License-Identifier: Apache-2.0
/* The kernel loop: work, processes as the scheduler chooses, the verifier, sleep. */
#include <kernel/kernel.h>

#include <stddef.h>

#include "core.h"

enum {
    VERIFIER_EVERY_MS = 10,
    VERIFIER_TURN_MS = 10,
    VERIFIER_ALONE_MS = 20,
    HELD_PER_MS = 4 /* a quarter of a millisecond belongs to whoever runs, whatever interrupts */
};

static uint32_t
    resumer; /* index plus 1 of the capsule that is told before a process goes on; 0: none */
static uint32_t verifier_turn; /* slices of the verifier's own that are left of its turn */

void kernel_init(void)
{
    arch_init();
    core_timer_init();
    for (uint32_t i = 0; core_driver(i) != NULL; i++) {
        const struct driver *driver = core_driver(i);

        core_driver_add(i);
        if (driver->resumes != NULL) {
            resumer = i + 1;
        }
        if (driver->init != NULL) {
            driver->init(driver, kernel_board->capsules[i].device);
        }
    }
}

_Noreturn void kernel_panic(const char *why, const struct fault *fault)
{
    (void)arch_interrupts_mask();
    kernel_board->panic(why, fault);
    for (;;) {
    }
}

bool kernel_flash_fits(uint32_t address, uint32_t extent)
{
    struct arch_region region[2];

    return extent != 0 && address <= UINT32_MAX - extent &&
           arch_region_cover(address, address + extent, ARCH_READ_EXECUTE, region);
}

static uint32_t held_ticks(void)
{
    return kernel_board->ticks_per_ms / HELD_PER_MS;
}

static void tell_capsule(struct process *process)
{
    if (resumer != 0 && process->grant[resumer - 1] != 0) {
        const struct driver *driver = core_driver(resumer - 1);

        driver->resumes(driver, process);
    }
}

/* The process touched what is not its own: a window that a capsule knows of, or a fault. */
static void faulted(struct process *process)
{
    struct fault fault;

    arch_fault(&process->context, process->start, process->app_break, &fault);
    if (fault.cause != FAULT_READ || !core_share_touched(process, fault.address)) {
        core_process_fault(process, &fault);
    }
}

/* Runs a process for at most `ticks`; answers what remains of them. */
static uint32_t run(struct process *process, uint32_t ticks)
{
    enum arch_event event;
    bool changed;

    /* The frame of one that yielded was looked at when it did, and is as it was then. */
    if (process->state != STATE_RUNNING) {
        core_yield_finish(process);
    }
    tell_capsule(process);
    changed = process->regions_changed; /* the capsule may just have opened or closed a window */
    process->regions_changed = false;
    core_current = process;
    event = arch_run(&process->context, process->region, changed, ticks, held_ticks());
    core_current = NULL;
    if (event == ARCH_FAULTED) {
        faulted(process);
    }
    /* What is too short to be worth a switch counts as used up. */
    return arch_ticks_left() >= held_ticks() ? arch_ticks_left() : 0;
}

/* Gives the process that the scheduler chooses its turn. Answers whether there was one. */
static bool schedule(void)
{
    static uint32_t last = KERNEL_PROCESSES;
    static uint32_t left; /* of the last turn, which the kernel's own work interrupted */
    const struct scheduler *scheduler = kernel_board->scheduler;
    enum scheduler_end end = TURN_GIVEN_UP;
    struct process *process;
    uint32_t slot;
    uint32_t ms;
    uint32_t id;

    if (core_ready.all == 0) {
        return false;
    }
    slot = scheduler->next(&core_ready, &ms);
    process = core_processes[slot];
    id = process->id;
    left = run(process, slot == last && left != 0 ? left : ms * kernel_board->ticks_per_ms);
    last = slot;
    if (process->state != STATE_RUNNING || process->id != id) {
        left = 0;
    } else if (left == 0) {
        end = TURN_EXPIRED;
        process->statistics.slices_expired++;
        verifier_turn = VERIFIER_TURN_MS;
    } else {
        end = TURN_INTERRUPTED;
    }
    scheduler->ended(slot, end, &core_ready);
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

/* Since when the verifier waits for its next slice; valid while `verifier_waits`. */
static uint32_t waiting_since;
static bool verifier_waits;

/* Whether the verifier has waited for its next slice as long as it may. */
static bool verifier_overdue(void)
{
    const struct hil_alarm *alarm = kernel_board->alarm;

    if (!core_verifier_wants()) {
        verifier_waits = false;
        return false;
    }
    if (!verifier_waits) {
        verifier_waits = true;
        waiting_since = alarm->now(alarm);
    }
    return alarm->now(alarm) - waiting_since >= alarm->frequency / 1000u * VERIFIER_EVERY_MS;
}

/*
 * After a process that used its slice up the verifier has as much, so that one that computes all
 * the time does not starve it; whom an event makes ready does not wait for that.
 */
static bool verifier_has_turn(void)
{
    return core_verifier_wants() && verifier_turn > 0 && core_ready.woken == 0;
}

/*
 * A slice of a millisecond; a shorter one, but in any case, when it is due and others are ready; a
 * longer one when nobody is, as at boot: an event ends it.
 */
static void run_verifier(bool overdue)
{
    verifier_turn -= verifier_turn > 0 ? 1 : 0;
    /* Beside work that waits it is preempted at once: that is no slice. */
    if (overdue || !core_work_pending()) {
        verifier_waits = false;
    }
    if (overdue && core_ready.woken != 0) {
        core_verifier_run(2 * held_ticks(), 2 * held_ticks());
    } else {
        core_verifier_run(kernel_board->ticks_per_ms *
                              (core_ready.all == 0 ? VERIFIER_ALONE_MS : 1),
                          overdue ? held_ticks() : 0);
    }
}

_Noreturn void kernel_loop(void)
{
    for (;;) {
        bool overdue = verifier_overdue();

        core_timers_run();
        core_work_run();
        if (!overdue && !verifier_has_turn() && schedule()) {
            continue;
        }
        if (core_verifier_wants()) {
            run_verifier(overdue);
        } else {
            sleep_until_interrupt();
        }
    }
}
