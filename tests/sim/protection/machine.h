// SPDX-License-Identifier: Apache-2.0
/*
 * A processor for the kernel core on the host: it keeps what kernel/arch keeps (regions are loaded
 * under the same conditions) in the registers of a protection unit's model, and in place of a
 * process's code it runs a function of the test. RAM for processes and flash lie below 4 GiB, so
 * that the kernel's 32-bit addresses are pointers. Frames are those of Armv7-M, whatever the unit.
 */
#ifndef MACHINE_H
#define MACHINE_H

#include <stdbool.h>
#include <stdint.h>

#include <kernel/kernel.h>
#include <kernel/process.h>

#include "unit.h"

/** Registers of the protection unit at this moment. */
extern struct unit machine_unit;

/** A system call's registers: arguments, then results. */
struct machine_registers {
    uint32_t value[4];
};

/** What takes the place of a process's code. */
typedef void machine_program(struct process *process, void *context);

/** Told each time that unprivileged code is about to run; NULL process: the verifier. */
typedef void machine_witness(struct process *process);

/** Maps memory at a fixed address. First. Answers false when the system has no room there. */
bool machine_memory(uint32_t address, uint32_t size);
/** Starts the kernel; there must be no process. */
void machine_start(machine_witness *witness);

/**
 * Runs the kernel until `process` had one turn, in which it does what program says. Other processes
 * that come before use their turns up. program NULL: it only uses its turn up.
 */
void machine_run(struct process *process, machine_program *program, void *context);

/**
 * A system call of the running process; the witness is told when the process runs again to repeat
 * it, not when it is over. Answers false when the process does not go on: program must return then.
 */
bool machine_syscall(uint32_t class_number, struct machine_registers *registers);

/** The running process touches an address that is not its own; program must return then. */
void machine_touch(uint32_t address);

#endif
