// SPDX-License-Identifier: Apache-2.0
/* What the files of kernel/core share; nobody else includes this. */
#ifndef CORE_H
#define CORE_H

#include <stdbool.h>
#include <stdint.h>

#include <base/checked.h>
#include <kernel/arch.h>
#include <kernel/driver.h>
#include <kernel/kernel.h>
#include <kernel/process.h>
#include <kernel/scheduler.h>
#include <kernel/timer.h>
#include <kernel/work.h>

/* Upcalls that a process can have waiting; one more place is kept for the one that it waits for. */
#define UPCALL_QUEUE_LENGTH 9u
#define DRIVERS_MAX         32u

enum state { STATE_RUNNING, STATE_YIELDED, STATE_YIELDED_FOR, STATE_FAULTED, STATE_TERMINATED };

/* An upcall that waits to be run. */
struct upcall {
    uint8_t driver; /* index into the board's table */
    uint8_t number;
    uint16_t unused;
    uint32_t argument[3];
};

/* One per driver and process, in front of the driver's own state: subscriptions, then buffers. */
struct subscription {
    uint32_t function;
    uint32_t userdata;
};

struct shared {
    uint32_t address;
    uint32_t length;
};

/*
 * A process. It lies in the process's own memory, at the end of its block, where the process
 * cannot reach it; grants lie below it and grow down. The kernel's own RAM holds a pointer.
 */
struct process {
    uint8_t slot;
    uint8_t state;
    bool stopped;
    bool upcall_ready; /* a yielded process has what it waits for */
    bool regions_changed;
    uint8_t wait_driver; /* STATE_YIELDED_FOR: index, number */
    uint8_t wait_number;
    uint8_t queued; /* upcalls */
    bool held;      /* its flash cannot be read at the moment */
    struct arch_context context;
    uint32_t start; /* of the block */
    uint32_t app_break;
    uint32_t id;
    uint32_t size;        /* of the block */
    uint32_t granule;     /* step in which the accessible part grows */
    uint32_t visible_end; /* end of what the hardware lets the process access: >= app_break */
    uint32_t cleared;     /* everything from start to here was cleared since its instance began */
    uint32_t grant_start; /* lowest byte that the kernel has taken */
    uint32_t high_water;  /* end of the highest buffer ever shared */
    struct process_image image;
    struct process_statistics statistics;
    struct arch_region region[ARCH_REGIONS];
    uint32_t grant[DRIVERS_MAX];                  /* address of a driver's grant; 0 = none yet */
    struct upcall queue[UPCALL_QUEUE_LENGTH + 1]; /* in order of arrival, the first at index 0 */
    struct fault fault;
    struct timer pause;    /* armed: it faulted and will be restarted */
    struct shared window;  /* what the shared region shows; length 0: nothing */
    uint32_t window_owner; /* id of the process whose memory that is */
};

/* What it takes at the end of its block: grants below it stay aligned. */
#define CORE_PROCESS_SIZE ((uint32_t)(sizeof(struct process) + 7u) & ~7u)

/* Kinds of allow, by their class of system call; their buffers lie in this order. */
enum share {
    SHARE_WRITEABLE = ABI_ALLOW_RW,
    SHARE_READ_ONLY = ABI_ALLOW_RO,
    SHARE_READABLE = ABI_ALLOW_UR
};

extern struct process *core_current; /* the process that runs; NULL: the kernel, or the verifier */
extern struct process *core_processes[KERNEL_PROCESSES];
extern struct scheduler_ready core_ready; /* kept by core_readiness() */

static inline bool core_alive(const struct process *process)
{
    return process->state <= STATE_YIELDED_FOR;
}

/* NULL: behind the last of the board's table. */
static inline const struct driver *core_driver(uint32_t index)
{
    return kernel_board->capsules[index].driver;
}

/* Notes whether the scheduler may run it now; after each change of what that depends on. */
static inline void core_readiness(const struct process *process)
{
    uint32_t bit = (uint32_t)1 << process->slot;
    bool running = process->state == STATE_RUNNING;
    bool ready = !process->stopped && !process->held &&
                 (running || (process->upcall_ready && core_alive(process)));

    core_ready.all = ready ? core_ready.all | bit : core_ready.all & ~bit;
    core_ready.woken = ready && !running ? core_ready.woken | bit : core_ready.woken & ~bit;
}

static inline void core_state_set(struct process *process, enum state state)
{
    process->state = (uint8_t)state;
    core_readiness(process);
}

/* The same for one that runs and has nothing that it could go on with. */
static inline void core_wait(struct process *process, enum state state)
{
    uint32_t bit = (uint32_t)1 << process->slot;

    process->state = (uint8_t)state;
    core_ready.all &= ~bit;
    core_ready.woken &= ~bit;
}

/* The same for one that yielded and now has what it waits for. */
static inline void core_wake(struct process *process)
{
    uint32_t bit = process->stopped || process->held ? 0 : (uint32_t)1 << process->slot;

    process->upcall_ready = true;
    core_ready.all |= bit;
    core_ready.woken |= bit;
}

/* syscall.c: lets a yielded process that has what it waits for go on with that. */
void core_yield_finish(struct process *process);

/* process.c */
/* Takes an instance out of service: drivers forget it, nothing is queued for it any more. */
void core_process_end(struct process *process, enum state state);
/* Ends and begins anew without an operator's word: faults are counted on. */
void core_process_restart(struct process *process);

/* fault.c */
void core_process_fault(struct process *process, const struct fault *fault);
/* What applies to a process that faults: enum fault_policy; *limit: restarts at most. */
uint8_t core_fault_policy(const struct process *process, uint8_t *limit);
/* The stack pointer is where no frame can be. */
void core_frame_fault(struct process *process);

/* memory.c */
bool core_block_allocate(uint32_t need, uint32_t fixed, uint32_t *start, uint32_t *size,
                         uint32_t *granule);
/* What every block has room for beside its app's memory, bytes. */
uint32_t core_memory_kept(void);
void core_memory_reset(struct process *process);
/* BREAK_CLEARING: some of the memory was cleared; to be called again until it is something else. */
enum core_break { BREAK_SET, BREAK_REFUSED, BREAK_CLEARING };
enum core_break core_break_set(struct process *process, uint32_t wanted);
/* Takes `size` bytes, cleared, aligned to 8, from the top of what is free; 0: there is no room. */
uint32_t core_memory_take(struct process *process, uint32_t size);
/* The regions of a process are others than the protection unit may hold. */
void core_regions_changed(struct process *process);

static inline bool core_in_ram(const struct process *process, uint32_t address, uint32_t length)
{
    return ck_range_in(address, length, process->start, process->app_break);
}

/* What was signed; the footers behind it are whatever the host sent. */
static inline bool core_in_flash(const struct process *process, uint32_t address, uint32_t length)
{
    return ck_range_in(address, length, process->image.app_start, process->image.binary_end);
}

/* share.c: whether what a process touched was opened to it, so that it can go on. */
bool core_share_touched(struct process *process, uint32_t address);

/* grant.c */
/* Lets the capsule at an index of the board's table be found by its number. */
void core_driver_add(uint32_t index);
/* Takes memory for a grant that a process does not have yet; 0 when there is no room. */
uint32_t core_grant_take(struct process *process, uint32_t index);

/* The grant of a live process, taken now when there is none yet; 0 when there is no room. */
static inline uint32_t core_grant(struct process *process, uint32_t index)
{
    uint32_t grant = process->grant[index];

    return grant != 0 ? grant : core_grant_take(process, index);
}

/* Where drivers are found by their numbers: open addressing, at most half full. */
#define CORE_INDEX_SIZE (2u * DRIVERS_MAX)
extern struct core_drivers {
    uint8_t at[CORE_INDEX_SIZE]; /* index into the board's table, plus 1; 0: empty */
    uint32_t last;               /* index of the one that was last asked for */
    uint32_t grants; /* what the grants of all take, in every process at most once each */
} core_drivers;

/* Numbers come in groups of few, 0x10000 apart: the groups must not lie over each other. */
static inline uint32_t core_place_of(uint32_t number)
{
    return (number + (number >> 16) * 10u) % CORE_INDEX_SIZE;
}

/* -1: the board has no such driver. */
static inline int core_driver_index(uint32_t number)
{
    uint32_t place = core_place_of(number);

    while (core_drivers.at[place] != 0) {
        uint32_t index = core_drivers.at[place] - 1u;

        if (core_driver(index)->number == number) {
            return (int)index;
        }
        place = (place + 1) % CORE_INDEX_SIZE;
    }
    return -1;
}

/* The same for a driver at hand: mostly the one that was last asked for. */
static inline int core_index_of(const struct driver *driver)
{
    int index;

    if (core_driver(core_drivers.last) == driver) {
        return (int)core_drivers.last;
    }
    index = core_driver_index(driver->number);
    core_drivers.last = index >= 0 ? (uint32_t)index : 0;
    return index;
}

/* NULL when the grant or the number does not exist. */
static inline struct subscription *core_subscription(const struct process *process, uint32_t index,
                                                     uint32_t number)
{
    uint32_t grant = process->grant[index];

    if (grant == 0 || number >= core_driver(index)->upcalls) {
        return NULL;
    }
    return (struct subscription *)(uintptr_t)grant + number;
}

static inline struct shared *core_shared(const struct process *process, uint32_t index,
                                         uint32_t number, enum share kind)
{
    const struct driver *driver = core_driver(index);
    uint32_t grant = process->grant[index];
    uint32_t count = driver->rw_buffers;
    uint32_t first = 0;

    if (kind != SHARE_WRITEABLE) {
        first = count;
        count = driver->ro_buffers;
    }
    if (kind == SHARE_READABLE) {
        first += count;
        count = driver->ur_buffers;
    }
    if (grant == 0 || number >= count) {
        return NULL;
    }
    grant += (uint32_t)sizeof(struct subscription) * driver->upcalls;
    return (struct shared *)(uintptr_t)grant + first + number;
}

/* upcall.c */
void core_upcalls_clear(struct process *process);
void core_upcalls_forget(struct process *process, uint32_t driver, uint32_t number);
void core_upcalls_update(struct process *process);
/* The place in the queue of the first upcall that has a function; `queued` when there is none. */
uint32_t core_upcall_next(const struct process *process);
/* Runs the upcall at a place of the queue; what lies in front of it is passed over for good. */
void core_upcall_run(struct process *process, uint32_t index);
bool core_upcall_take(struct process *process, uint32_t driver, uint32_t number, uint32_t value[3]);

/* work.c, timer.c, verifier.c */
/* Runs the piece of work that waits longest, one, so that processes get their turn in between. */
void core_work_run(void);
void core_timer_init(void);
/* Whether a timer may have expired. Any context. */
bool core_timers_due(void);
/* Fires what has expired. Apart from the queue of work, so that neither can hold up the other. */
void core_timers_run(void);
bool core_verifier_wants(void);
/* Runs the verifier for at most `ticks`, of which interrupts leave it `held` in any case. */
void core_verifier_run(uint32_t ticks, uint32_t held);
/* The verifier's only system call: its job is over. */
void core_verifier_ended(void);

#endif
