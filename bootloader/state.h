// SPDX-License-Identifier: Apache-2.0
/* The journal in the bootloader: what it says of the kernels, and changing that. */
#ifndef BOOT_STATE_H
#define BOOT_STATE_H

#include <bootloader/bootloader.h>
#include <store/kernel.h>

/**
 * Mounts the store, which settles what a power cut left in doubt, and reads the record of the
 * kernels. A store that cannot be mounted leaves nothing known: kernels are then chosen by
 * signature and version alone, and none is started on trial.
 */
void state_open(const struct boot_config *config, struct store_kernel *kernel);

/** Writes the record; whether it is in flash. */
bool state_save(const struct store_kernel *kernel);

/** The mounted store; NULL when there is none, or when it is read-only. */
struct store *state_store(void);

#endif
