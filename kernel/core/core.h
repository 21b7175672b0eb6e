// SPDX-License-Identifier: Apache-2.0
/* What the files of kernel/core share; nobody else includes this. */
#ifndef CORE_H
#define CORE_H

#include <stdbool.h>
#include <stdint.h>

#include <kernel/arch.h>
#include <kernel/driver.h>
#include <kernel/kernel.h>
#include <kernel/process.h>
#include <kernel/work.h>

#ifndef KERNEL_PROCESSES
#define KERNEL_PROCESSES 8
#endif

/* Upcalls that a process can have waiting; one more place is kept for the one that it waits for. */
#define UPCALL_QUEUE_LENGTH 9u
#define DRIVERS_MAX         32u

enum state {
    STATE_FREE,
    STATE_RUNNING,
    STATE_YIELDED,
    STATE_YIELDED_FOR,
    STATE_FAULTED,
    STATE_TERMINATED
};

/* An upcall that waits to be run. */
struct upcall {
    uint8_t driver; /* index into the board's table */
    uint8_t number;
    uint16_t unused;
    uint32_t argument[3];
};

/*
 * What the kernel keeps of a process in the process's own memory, at the end of its block. Grants
 * lie below it and grow down.
 */
struct kernel_area {
    struct upcall queue[UPCALL_QUEUE_LENGTH + 1]; /* in order of arrival, the first at index 0 */
    uint32_t queued;
    uint32_t grant[DRIVERS_MAX]; /* address of a driver's grant; 0 = none yet */
    struct fault fault;
    struct process_statistics statistics;
};

struct process {
    struct arch_context context;
    struct arch_region region[ARCH_REGIONS];
    struct process_image image;
    uint32_t id;
    uint32_t start; /* of the block */
    uint32_t size;
    uint32_t granule; /* step in which the accessible part grows */
    uint32_t app_break;
    uint32_t visible_end; /* end of what the hardware lets the process access: >= app_break */
    uint32_t cleared;     /* everything from start to here was cleared since its instance began */
    uint32_t grant_start; /* lowest byte that the kernel has taken */
    uint32_t high_water;  /* end of the highest buffer ever shared */
    uint8_t state;
    bool stopped;
    bool held;         /* its flash cannot be read at the moment */
    bool upcall_ready; /* a yielded process has what it waits for */
    bool regions_changed;
    uint8_t wait_driver; /* STATE_YIELDED_FOR: index, number */
    uint8_t wait_number;
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

extern const struct kernel_board *core_board;
extern struct process
    *core_current; /* whose system call is being handled; NULL in the kernel loop */

static inline struct kernel_area *core_area(const struct process *process)
{
    return (struct kernel_area *)(uintptr_t)(process->start + process->size -
                                             sizeof(struct kernel_area));
}

static inline bool core_alive(const struct process *process)
{
    return process->state == STATE_RUNNING || process->state == STATE_YIELDED ||
           process->state == STATE_YIELDED_FOR;
}

static inline const struct driver *core_driver(uint32_t index)
{
    return core_board->capsules[index].driver;
}

/* Whether the scheduler may run it now. */
static inline bool core_ready(const struct process *process)
{
    return !process->stopped && !process->held &&
           (process->state == STATE_RUNNING || (core_alive(process) && process->upcall_ready));
}

/* syscall.c: lets a yielded process go on when it can; false when it must wait. */
bool core_yield_finish(struct process *process);

/* process.c */
void core_process_fault(struct process *process, const struct fault *fault);

/* memory.c */
bool core_block_allocate(uint32_t need, uint32_t fixed, uint32_t *start, uint32_t *size,
                         uint32_t *granule);
void core_memory_reset(struct process *process);
/* BREAK_CLEARING: some of the memory was cleared; to be called again until it is something else. */
enum core_break { BREAK_SET, BREAK_REFUSED, BREAK_CLEARING };
enum core_break core_break_set(struct process *process, uint32_t wanted);
bool core_in_ram(const struct process *process, uint32_t address, uint32_t length);
bool core_in_flash(const struct process *process, uint32_t address, uint32_t length);

/* grant.c */
int core_driver_index(uint32_t number);
/* Bytes of a driver's grant. */
uint32_t core_grant_size(const struct driver *driver);
void *core_grant(struct process *process, uint32_t index, bool allocate);
struct subscription *core_subscription(const struct process *process, uint32_t index,
                                       uint32_t number);
struct shared *core_shared(const struct process *process, uint32_t index, uint32_t number,
                           bool writeable);

/* upcall.c */
void core_upcalls_clear(struct process *process);
void core_upcalls_forget(struct process *process, uint32_t driver, uint32_t number);
void core_upcalls_update(struct process *process);
bool core_upcall_pending(const struct process *process);
void core_upcall_run(struct process *process);
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
extern struct process core_verifier;

#endif
