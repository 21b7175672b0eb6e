// SPDX-License-Identifier: Apache-2.0
/*
 * What a capsule is: a system-call driver. It declares how many upcalls and buffers it has and how
 * much state it keeps per process; the kernel keeps all of that in the process's own memory.
 *
 * Called while a system call is handled or from the kernel loop, never from interrupt handlers. A
 * capsule sees process memory only through userbuf_*(), which check anew at each call; what they
 * answer is valid until the capsule returns.
 */
#ifndef KERNEL_DRIVER_H
#define KERNEL_DRIVER_H

#include <stdbool.h>
#include <stdint.h>

#include <abi/syscall.h>
#include <kernel/process.h>

/** What a system call answers: registers 0 to 3 (TRD 104, 3.2). */
struct syscall_result {
    uint32_t variant; /* enum abi_return */
    uint32_t value[3];
};

static inline struct syscall_result syscall_failure(enum abi_error error)
{
    return (struct syscall_result){ABI_FAILURE, {(uint32_t)error, 0, 0}};
}

static inline struct syscall_result syscall_success(void)
{
    return (struct syscall_result){ABI_SUCCESS, {0, 0, 0}};
}

static inline struct syscall_result syscall_success_u32(uint32_t value)
{
    return (struct syscall_result){ABI_SUCCESS_U32, {value, 0, 0}};
}

/** Success, or Failure with error when it is not ABI_OK. */
static inline struct syscall_result syscall_status(enum abi_error error)
{
    return error == ABI_OK ? syscall_success() : syscall_failure(error);
}

struct driver {
    uint32_t number;     /* enum abi_driver, or a board's own */
    uint16_t state_size; /* bytes per process, zeroed at first use */
    uint8_t upcalls;     /* subscribe numbers 0 to upcalls - 1 */
    uint8_t rw_buffers;  /* read-write allow numbers */
    uint8_t ro_buffers;  /* read-only allow numbers */
    uint8_t ur_buffers;  /* userspace-readable allow numbers */

    /** Handles a command; numbers that it does not know answer ABI_NOSUPPORT. Never NULL. */
    struct syscall_result (*command)(const struct driver *driver, struct process *process,
                                     uint32_t command, uint32_t argument0, uint32_t argument1);
    /**
     * Sets the capsule up with the device that the board's table names beside it; once, before the
     * first process runs. NULL when there is nothing to set up.
     */
    void (*init)(const struct driver *driver, const void *device);
    /** Told before a process's state of this driver goes away; NULL when nothing is to be done. */
    void (*ended)(const struct driver *driver, struct process *process);
    /** Told after a read-write buffer was swapped; NULL when that makes no difference. */
    void (*shared)(const struct driver *driver, struct process *process, uint32_t number);
    /**
     * Asked when a process touched memory outside its own: whether the capsule has now opened it
     * (<kernel/share.h>), so that the process can go on. NULL: never.
     */
    bool (*touched)(const struct driver *driver, struct process *process, uint32_t address);
    /**
     * Told before the kernel switches to a process that has a grant of this driver; one capsule of
     * a board at most may want that. NULL: not told.
     */
    void (*resumes)(const struct driver *driver, struct process *process);
    void *instance; /* the capsule's own state, one per board */
};

/**
 * The driver's state for a process; its first use takes memory from the process.
 * @return state_size bytes, aligned to 4; NULL when the process has no room or has ended
 */
void *grant_enter(const struct driver *driver, struct process *process);
/** The same, without taking memory: NULL when the process never used the driver. */
void *grant_peek(const struct driver *driver, struct process *process);

/**
 * Queues an upcall.
 * @param number  below the driver's `upcalls`
 * @return true; false when the queue is full (counted) or the process has ended
 */
bool upcall_post(const struct driver *driver, struct process *process, uint32_t number,
                 uint32_t argument0, uint32_t argument1, uint32_t argument2);

/** Bytes of a process that a capsule may read. length 0: nothing was shared, or no longer. */
struct userbuf_ro {
    const uint8_t *data;
    uint32_t length;
};

/** Bytes of a process that a capsule may write; they may overlap any other shared buffer. */
struct userbuf_rw {
    uint8_t *data;
    uint32_t length;
};

/** What the process shares under a read-only allow number at this moment. */
struct userbuf_ro userbuf_ro(const struct driver *driver, struct process *process, uint32_t number);
/** What the process shares under a read-write allow number at this moment. */
struct userbuf_rw userbuf_rw(const struct driver *driver, struct process *process, uint32_t number);
/** What the process shares under a userspace-readable allow number: it may read it meanwhile. */
struct userbuf_rw userbuf_ur(const struct driver *driver, struct process *process, uint32_t number);

#endif
