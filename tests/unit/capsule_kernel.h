// SPDX-License-Identifier: Apache-2.0
/*
 * What the tests of capsules that compute say often, over capsule_support.h: there is one driver,
 * its commands answer errors, and its work is done piece by piece.
 */
#ifndef CAPSULE_KERNEL_H
#define CAPSULE_KERNEL_H

#include "capsule_support.h"

enum { KERNEL_SLOTS = 3, KERNEL_BUFFERS = 3 };

struct kernel_upcall {
    uint32_t number;
    uint32_t argument[3];
};

/** Starts anew with a driver, its device, and a process in each slot. */
void kernel_reset(const struct driver *driver, const void *device);
/** The process in a slot; NULL when it has ended. */
struct process *kernel_process(uint32_t slot);
/** The process ends, and its driver is told. */
void kernel_end(uint32_t slot);
/** From now on processes have no room for a first grant. */
void kernel_refuse_grants(void);

void kernel_share_ro(struct process *process, uint32_t number, const void *data, size_t length);
void kernel_share_rw(struct process *process, uint32_t number, void *data, size_t length);
/** A command; answers its error, ABI_OK when it succeeded. */
enum abi_error kernel_command(struct process *process, uint32_t command, uint32_t argument0,
                              uint32_t argument1);
/** Does the next piece of work; false when there is none. */
bool kernel_step(void);
/** Does all work; answers in how many pieces. */
unsigned kernel_work(void);
/** Takes a process's next upcall; false when there is none. */
bool kernel_upcall(struct process *process, struct kernel_upcall *upcall);
/** The next upcall must be this one; there must be one. */
void kernel_expect(struct process *process, uint32_t number, uint32_t argument0, uint32_t argument1,
                   uint32_t argument2);
/** Whether the bytes of a process's grant from an offset on are all 0; or were, when it ended. */
bool kernel_grant_is_clear(uint32_t slot, size_t offset);

#endif
