// SPDX-License-Identifier: Apache-2.0
/*
 * Windows: memory of one process that another may read and write. A process has one at a time; a
 * capsule that knows of several opens the one that is touched (struct driver, `touched`). Kernel
 * loop and system calls.
 */
#ifndef KERNEL_SHARE_H
#define KERNEL_SHARE_H

#include <stdbool.h>
#include <stdint.h>

#include <kernel/process.h>

/** Whether the protection unit can open [address, address + length) by itself, exactly. */
bool process_shareable(uint32_t address, uint32_t length);
/**
 * Opens memory of `from`, which is checked already (a userbuf), to `to`, in place of what was open.
 * @return true; false when it cannot be opened exactly, or was open already
 */
bool process_share(struct process *to, const struct process *from, uint32_t address,
                   uint32_t length);
/** Closes every window on the memory of a process, at once. */
void process_unshare(const struct process *from);

#endif
