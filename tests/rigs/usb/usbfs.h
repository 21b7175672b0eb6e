// SPDX-License-Identifier: Apache-2.0
/*
 * /dev/bus/usb/BBB/DDD of one device: the requests that libusb makes of Linux (usbdevice_fs.h),
 * answered by the device behind a socket. Several programs may have it open, each with its own
 * transfers; an interface belongs to one of them at a time.
 */
#ifndef RIG_USBFS_H
#define RIG_USBFS_H

#include <umockdev.h>

#include "redir.h"

struct usbfs;

/** Makes the handler for a device's node. @param configuration  the one that is chosen */
struct usbfs *usbfs_new(struct redir *redir, uint8_t configuration);
/** What umockdev attaches to the node. */
UMockdevIoctlBase *usbfs_handler(const struct usbfs *usbfs);
/** The device was unplugged: all transfers have ended, programs learn it with their next request.
 */
void usbfs_gone(struct usbfs *usbfs);
/** Interfaces that the kernel's own driver has, one bit each. With the lock of redir held. */
void usbfs_kernel_driver(struct usbfs *usbfs, uint32_t interfaces);

#endif
