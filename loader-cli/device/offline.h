// SPDX-License-Identifier: Apache-2.0
/* Sessions with flash that is reached without the device's help, for commands that need it. */
#ifndef DEVICE_OFFLINE_H
#define DEVICE_OFFLINE_H

#include "device.h"

/** Opens one; a device that answers by itself is refused. */
int device_open_offline(struct cli *cli, struct device *device);
/**
 * Refuses what only a kernel that runs can do.
 * @param what  what was asked for
 * @param hint  what helps; NULL: what is possible with flash alone
 */
int device_fail_not_running(struct device *device, const char *what, const char *hint);
/** Remarks that an image can hardly be one of the board's flash, if so. */
void device_note_strange(struct device *device);
/** Reports an error of the store, the flash or a driver as a failure of `what`. */
int device_fail_offline(struct device *device, int error, const char *what);

#endif
