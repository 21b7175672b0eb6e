// SPDX-License-Identifier: Apache-2.0
/* The rate of a serial line, raised for a transfer. */
#ifndef DEVICE_RATE_H
#define DEVICE_RATE_H

#include "device.h"

/**
 * Before a transfer: raises the rate of the line where line and device allow it, and makes sure
 * that both ends understand each other; else the rate stays, or is again, what it was. Once in a
 * session.
 * @param size  bytes that will be sent: few are not worth it
 * @return EXIT_DONE, whichever rate it is then; EXIT_USAGE when what is set is no rate
 */
int device_raise_rate(struct device *device, uint32_t size);

#endif
