// SPDX-License-Identifier: Apache-2.0
/*
 * A kernel for the tests of capsules on the host: processes, grants, upcalls, shared buffers, work
 * and timers, as <kernel/...> promises them, and nothing else. A capsule under test is linked with
 * this in place of kernel/core. Grants and buffers have exactly their size, so that a sanitizer
 * sees each byte beside them.
 */
#ifndef CAPSULE_SUPPORT_H
#define CAPSULE_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <kernel/driver.h>

/** Processes that there are, all alive after capsule_reset(). */
#define CAPSULE_PROCESSES 4u
/** Counts of the clock per second. */
#define CAPSULE_HZ 1000000u

struct capsule_upcall {
    uint32_t driver; /* its number */
    uint32_t number;
    uint32_t argument[3];
};

/** Forgets everything; the clock stands at `now`. A capsule's own static state is the test's
 * affair. */
void capsule_reset(uint32_t now);

/** Process index (< CAPSULE_PROCESSES); NULL when it has been taken out of the table. */
struct process *capsule_process(uint32_t index);

/** A command of process index, as the system call would hand it on. */
struct syscall_result capsule_command(const struct driver *driver, uint32_t index, uint32_t command,
                                      uint32_t argument0, uint32_t argument1);

/** Subscribe, as far as a capsule sees it: the grant exists afterwards. */
void capsule_subscribe(const struct driver *driver, uint32_t index);

/**
 * Shares memory of process index and tells the driver, if it wants that; length 0 takes it back.
 * The bytes stay the test's.
 * @param number  below the driver's count of such buffers
 */
void capsule_allow_rw(const struct driver *driver, uint32_t index, uint32_t number, void *data,
                      uint32_t length);
void capsule_allow_ur(const struct driver *driver, uint32_t index, uint32_t number, void *data,
                      uint32_t length);
void capsule_allow_ro(const struct driver *driver, uint32_t index, uint32_t number,
                      const void *data, uint32_t length);

/** Takes the oldest upcall that waits for process index; false when there is none. */
bool capsule_upcall(uint32_t index, struct capsule_upcall *upcall);
/** Takes the oldest upcall of process index, which must be exactly this one. */
void capsule_expect_upcall(uint32_t index, const struct driver *driver, uint32_t number,
                           uint32_t argument0, uint32_t argument1, uint32_t argument2);
/** Fails the test when any process has an upcall waiting. */
void capsule_expect_no_upcall(void);
/** How many upcalls process index has room for (at first 64); later ones are dropped. */
void capsule_queue_limit(uint32_t index, uint32_t limit);

/** No more grants for process index: its memory is used up. */
void capsule_exhaust(uint32_t index);
/** Ends process index: `ended` of each driver that it has a grant of, then its grants are gone. */
void capsule_end(uint32_t index);
/** Lets a process that has ended begin anew, under a new id and without grants. */
void capsule_restart(uint32_t index);
/** What process_image() says of process index; may be changed. */
struct process_image *capsule_image(uint32_t index);
/** Whether process index is kept from running (process_hold()). */
bool capsule_is_held(uint32_t index);

/** Runs the first piece of posted work; false when none waits. */
bool capsule_step(void);
/** Runs posted work until none waits; answers how many pieces. More than 10,000 fail the test. */
uint32_t capsule_work(void);
/** Moves the clock on by `counts` and fires what expires on the way, each at its moment; work too.
 */
void capsule_advance(uint32_t counts);
/** Moves the clock on while the kernel is busy: what expires is late. */
void capsule_delay(uint32_t counts);
/** Timers that are armed: 0 when nothing is polled. */
uint32_t capsule_timers(void);

#endif
