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

enum process_window {
    WINDOW_IMPOSSIBLE, /* not exactly that by one region; or it is the own memory */
    WINDOW_WAS_OPEN,
    WINDOW_OPENED
};

/**
 * Opens memory of `from`, which is checked already (a userbuf), to `to`, in place of what was open.
 * @param address, length  not empty
 */
enum process_window process_share(struct process *to, const struct process *from, uint32_t address,
                                  uint32_t length);
/** Closes every window on the memory of a process, at once. */
void process_unshare(const struct process *from);

#endif
