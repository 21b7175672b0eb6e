// SPDX-License-Identifier: Apache-2.0
/* Installing a kernel on a device that is open. */
#ifndef DEVICE_KERNEL_H
#define DEVICE_KERNEL_H

#include "../package/package.h"
#include "device.h"

enum {
    KERNEL_UPDATE = 1,   /* through the kernel that runs, into the other slot */
    KERNEL_UNCHECKED = 2 /* leave all checks to the device */
};

/**
 * Installs a kernel, through the bootloader if nothing else is said, and waits until it counts.
 * @param what   what messages call the package
 * @param flags  KERNEL_*
 */
int device_kernel_install(struct device *device, const char *what, struct tab *tab, unsigned flags);
/**
 * What announces a kernel, but for the signature and the key that made it.
 * @param tbf     the whole object
 * @param header  what image_parse() found in it: a kernel's
 */
struct link_begin device_kernel_begin(const struct bytes *tbf, const struct tbf_header *header);
/** Goes back to the kernel in the other slot, and waits until it counts. */
int device_kernel_revert(struct device *device);

#endif
