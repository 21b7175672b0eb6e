// SPDX-License-Identifier: Apache-2.0
/* Waiting for a host that installs a kernel. */
#ifndef BOOT_RECOVERY_H
#define BOOT_RECOVERY_H

#include <bootloader/bootloader.h>

/** Speaks the flash protocol until the host asks for a restart. */
_Noreturn void recovery_run(const struct boot_config *config);

#endif
