// SPDX-License-Identifier: Apache-2.0
/* Waiting for a host that installs a kernel. */
#ifndef BOOT_RECOVERY_H
#define BOOT_RECOVERY_H

#include <bootloader/bootloader.h>
#include <store/kernel.h>

enum recovery_reason {
    RECOVERY_NO_KERNEL = 1, /* no slot holds one that may run */
    RECOVERY_ASKED = 2,     /* by the kernel, a strap, or two resets in a row */
    RECOVERY_FAILURES = 3   /* kernels were started again and again and did not come up */
};

/**
 * Speaks the flash protocol until the host asks for a restart. After failures the kernel gets
 * another chance when no host has come for a minute: what ails the board may pass.
 */
_Noreturn void recovery_run(const struct boot_config *config, enum recovery_reason reason,
                            struct store_kernel *state);

#endif
