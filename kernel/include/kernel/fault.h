// SPDX-License-Identifier: Apache-2.0
/* Why a process was stopped by the hardware or the kernel. */
#ifndef KERNEL_FAULT_H
#define KERNEL_FAULT_H

#include <stdint.h>

/* The numbers are part of the flash protocol (docs/protocol.md, event "fault"). */
enum fault_cause {
    FAULT_NONE = 0,
    FAULT_READ = 1,        /* read or write outside the process's memory; address is known */
    FAULT_EXECUTE = 2,     /* jumped to where the process may not execute */
    FAULT_STACK = 3,       /* the stack pointer left the process's memory */
    FAULT_BUS = 4,         /* nothing answers at that address, or it is reserved for the kernel */
    FAULT_INSTRUCTION = 5, /* undefined or forbidden instruction */
    FAULT_ALIGNMENT = 6,   /* unaligned access, or division by zero where it traps */
    FAULT_SYSCALL = 7,     /* a system call class that does not exist */
    FAULT_FORCED = 8       /* another process asked for it */
};

/** What is kept of a fault; lies in the memory of the process that faulted. */
struct fault {
    uint32_t cause;   /* enum fault_cause */
    uint32_t address; /* what was accessed or executed; 0 when unknown */
    uint32_t pc;
    uint32_t lr;
    uint32_t sp;
    uint32_t psr;
    uint32_t r[4];   /* r0 to r3; 0 when the stack could not be read */
    uint32_t status; /* the processor's own fault status word */
};

/**
 * What happens to a process that faulted. The numbers are those of the fault TLV
 * (docs/packages.md).
 */
enum fault_policy {
    FAULT_BOARD = 0,   /* apps: as the board does; boards: FAULT_STOP */
    FAULT_STOP = 1,    /* it stays where it is until an operator starts it */
    FAULT_RESTART = 2, /* it begins anew, after a pause that doubles each time, then stays */
    FAULT_PANIC = 3    /* stop the whole system */
};

/* As a number of restarts: no limit. */
#define FAULT_ENDLESS 255u

#endif
