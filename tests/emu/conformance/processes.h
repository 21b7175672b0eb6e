// SPDX-License-Identifier: Apache-2.0
/* What the process driver says of processes. */
#ifndef CONFORMANCE_PROCESSES_H
#define CONFORMANCE_PROCESSES_H

#include <gantry/syscall.h>

struct process {
    uint32_t slices; /* that ran out */
    uint32_t syscalls;
    uint32_t restarts;
    uint32_t state; /* enum abi_process_state */
};

#define NO_PROCESS UINT32_MAX

/* System calls that process_read() makes after its answer was written, and before. */
#define PROCESS_READ_CALLS 3u

/** The identifier of the first process with this name; NO_PROCESS. */
uint32_t process_of(const char *name);
/** The identifier of this process, by the name in its own header. */
uint32_t process_self(void);
void process_read(uint32_t id, struct process *process);
/** Asks for an action (enum abi_process_action). */
struct syscall_return process_control(uint32_t id, uint32_t action);

#endif
