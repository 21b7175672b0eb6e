// SPDX-License-Identifier: Apache-2.0
#include "transfer.h"

int device_transfer(struct device *device, const char *what, const uint8_t *object, uint32_t size,
                    const struct link_begun *begun)
{
    int error;

    device->transfer = what;
    device->transfer_first = begun->offset;
    device->transfer_done = begun->offset;
    cli_progress(device->cli, what, begun->offset, begun->offset, size);
    error = link_host_transfer(&device->host, object, size, begun);
    if (error == 0 && device->transfer_done < size) {
        /* The last acknowledgement went without saying: the device has committed it. */
        cli_progress(device->cli, what, begun->offset, size, size);
    }
    device->transfer = NULL;
    return error == 0 ? EXIT_DONE : device_fail(device, error, what);
}
