// SPDX-License-Identifier: Apache-2.0
/*
 * What runs on the board: driver 0x10002. Processes are named by identifiers, which change when a
 * process starts anew. Looking is for every app; control over others only for one whose
 * permissions name the driver.
 */
#ifndef GANTRY_PROCESS_H
#define GANTRY_PROCESS_H

#include <gantry/syscall.h>

GANTRY_C_BEGIN

/** What the kernel has counted of a process since it started, and its state. */
struct process_statistics {
    uint32_t slices_expired; /* time slices that it has used up */
    uint32_t syscalls;
    uint32_t restarts;
    uint32_t state; /* enum abi_process_state */
};

/** Number of processes; 0 when the driver is not there. */
uint32_t process_count(void);
/**
 * Lists the identifiers of the processes.
 * @param ids       receives the first `capacity` of them; words of zero behind the last one
 * @return how many processes there are, perhaps more than capacity
 */
uint32_t process_ids(uint32_t *ids, size_t capacity);
/** Lists ShortIDs, in the same order; 0 for a process that has none. As process_ids(). */
uint32_t process_short_ids(uint32_t *short_ids, size_t capacity);
/**
 * Reads the name of a process, always terminated, cut when it does not fit.
 * @param size    bytes of name, at least 1
 * @param length  receives the bytes of the whole name; may be NULL
 * @return ABI_OK; ABI_INVAL when there is no such process
 */
enum abi_error process_name(uint32_t id, char *name, size_t size, size_t *length);
/**
 * Reads what was counted of a process.
 * @return ABI_OK; ABI_INVAL when there is no such process
 */
enum abi_error process_read_statistics(uint32_t id, struct process_statistics *statistics);
/**
 * Stops, resumes, ends or starts a process, also the caller.
 * @return ABI_OK; ABI_INVAL when there is no such process; ABI_NODEVICE without the right to
 */
enum abi_error process_control(uint32_t id, enum abi_process_action action);

GANTRY_C_END

#endif
