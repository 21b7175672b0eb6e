// SPDX-License-Identifier: Apache-2.0
/* Installing a kernel where none runs: into an image, or through a debug probe. */
#ifndef DEVICE_KERNEL_OFFLINE_H
#define DEVICE_KERNEL_OFFLINE_H

#include "kernel.h"

/** What was installed. */
struct kernel_offline_done {
    uint32_t version;
    uint32_t slot; /* its address */
    bool trial;    /* it will be started on trial, beside the kernel that counts */
};

/**
 * Installs a kernel into the slot that a running kernel would put it into, by the same rules.
 * @param device  device->line.offline is there
 * @param path    what messages call the package
 * @param flags   0 or KERNEL_UNCHECKED: whoever signed it
 * @param done    receives what was installed, when all is well
 * @return an exit code, reported
 */
int device_kernel_install_offline(struct device *device, const char *path, struct tab *tab,
                                  unsigned flags, struct kernel_offline_done *done);

#endif
