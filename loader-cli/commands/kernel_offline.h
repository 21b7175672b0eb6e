// SPDX-License-Identifier: Apache-2.0
/* kernel install into flash that is reached without the device: an image, a debug probe. */
#ifndef COMMANDS_KERNEL_OFFLINE_H
#define COMMANDS_KERNEL_OFFLINE_H

#include "../device/device.h"

/**
 * Installs a kernel; what is started of it the bootloader decides at the next start.
 * @param unchecked  whoever signed it
 * @return an exit code, reported
 */
int kernel_install_offline(struct device *device, const char *path, bool unchecked);

#endif
