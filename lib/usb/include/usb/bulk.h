// SPDX-License-Identifier: Apache-2.0
/* A vendor's interface with a byte stream: no requests, two bulk endpoints. */
#ifndef USB_BULK_H
#define USB_BULK_H

#include <usb/device.h>

/** The function of a pipe on one interface, for static initialisation. */
/* clang-format off */
#define USB_BULK_FUNCTION(number, stream) \
    {.interface = (number), .interfaces = 1, .pipe = (stream)}
/* clang-format on */

#endif
