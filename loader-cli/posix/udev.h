// SPDX-License-Identifier: Apache-2.0
/* The part of the system that says who may use which device. */
#ifndef POSIX_UDEV_H
#define POSIX_UDEV_H

#include <stdbool.h>

/** Has udev read its rules again and apply them to what is plugged in; false when it did not. */
bool udev_reload(void);

#endif
