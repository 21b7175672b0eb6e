// SPDX-License-Identifier: Apache-2.0
/*
 * What the sweeps of the isolation test share: processes with what each of them is meant to have,
 * kept by the test itself from what it asked for, and the comparison of that with the kernel's
 * account and with the protection unit, made each time that a process is about to run.
 */
#ifndef PROOF_H
#define PROOF_H

#include <stdbool.h>
#include <stdint.h>

#include <kernel/process.h>

#include "map.h"

/** Where things lie. */
#define PROOF_RAM       0x20100000u /* of processes */
#define PROOF_RAM_SIZE  0x00200000u
#define PROOF_APPS      0x21200000u /* app region in flash */
#define PROOF_APPS_SIZE 0x00200000u
#define PROOF_ANY       UINT32_MAX

/** Bytes of RAM that an instance has at its start. */
#define PROOF_FIRST_BREAK 32u
/** Number of the first of the drivers. */
#define PROOF_DRIVER 0x90000u
/** The drivers: one whose grant has the size that a sweep asks for, one that takes buffers. */
enum { PROOF_GRANT, PROOF_BUFFERS, PROOF_DRIVERS };

/** A process and what it is meant to have. */
struct subject {
    struct process *process; /* NULL: not there */
    uint32_t start;
    uint32_t size;
    uint32_t granule;
    uint32_t app_break;
    uint32_t grant_start;
    uint32_t grant_first; /* grant_start of a new instance */
    uint32_t high_water;
    uint32_t flash_start;
    uint32_t flash_end;
    bool granted[PROOF_DRIVERS];
    uint32_t window_start; /* memory of window_owner that it sees too */
    uint32_t window_end;   /* window_start: there is none */
    const struct subject *window_owner;
};

/** Who has the kernel open or close a window, and when. */
enum proof_way {
    PROOF_IN_LOOP,   /* the kernel loop */
    PROOF_BY_OWNER,  /* a system call of the process whose memory it is */
    PROOF_BY_USER,   /* a system call of the process that is to see it */
    PROOF_BY_TOUCH,  /* that process touches the memory */
    PROOF_BY_RESUME, /* the kernel is about to switch to that process */
    PROOF_WAYS
};

/** Prepares memory. Once, first. */
void proof_prepare(void);
/** Begins a sweep, which failures are reported under. */
void proof_begin(const char *sweep);
/** Ends it and prints its number of cases and how often the map was compared. */
void proof_end(const char *bounds);
/** Counts a case and keeps the numbers that name it in a report. */
void proof_case(uint32_t a, uint32_t b, uint32_t c, uint32_t d);
/** Reports the case and ends the program. */
_Noreturn void proof_failed(const char *format, ...) __attribute__((format(printf, 1, 2)));
void proof_that(bool holds, const char *what);
/** Compares what the unit's registers permit at this moment with what is meant. */
void proof_compare(const struct map_range *range, uint32_t count);
/** How often the verifier ran in this sweep. */
unsigned long proof_verifier_runs(void);

/** A new kernel whose smallest block and first driver's grant have these sizes. */
void proof_kernel(uint32_t block_min, uint32_t grant_size);
/** The same with the IPC capsule beside them, for a sweep that keeps account of its grant. */
void proof_kernel_ipc(void);
/** Bytes that one driver's grant takes. */
uint32_t proof_grant_size(uint32_t driver);

/** Creates a process; the answer is process_create()'s. flash_start and extent: its object. */
int proof_create(struct subject *subject, uint32_t need, uint32_t fixed, uint32_t flash_start,
                 uint32_t extent);
void proof_destroy(struct subject *subject);
/** Restarts it from the kernel loop. */
void proof_restart(struct subject *subject);
/** What a new instance has; for restarts that the caller brings about. */
void proof_renew(struct subject *subject);
/** Windows on the memory of an instance that has ended are closed. */
void proof_ended(const struct subject *subject);
/* Whether the protection unit can open that range by one region; it is not empty and does not wrap.
 */
bool proof_shareable(uint32_t address, uint32_t length);
/**
 * Opens memory of `from` to `to`, or closes all windows on it when length is 0. What is opened must
 * be inside the break of `from`.
 * @return whether a window was opened
 */
bool proof_window(struct subject *to, struct subject *from, uint32_t address, uint32_t length,
                  enum proof_way way);

/** Compares what a running process can reach and the kernel's account with what is meant. */
void proof_look(const struct subject *subject);

/** End of what the process can access. */
uint32_t proof_visible_end(const struct subject *subject);

/* For programs: system calls of the running process, with the answer that is due. */

/** Moves the break with brk or, when relative, sbrk. Answers whether it moved. */
bool proof_break(struct subject *subject, uint32_t wanted, bool relative);
/** Uses a driver. Answers whether there was room for its grant. */
bool proof_grant(struct subject *subject, uint32_t driver);
/** Allows a buffer of its RAM read-write. Answers whether that was accepted. */
bool proof_allow(struct subject *subject, uint32_t address, uint32_t length);

/** Takes memory for its floating-point registers. Answers whether there was room. */
bool proof_float(struct subject *subject);

#endif
