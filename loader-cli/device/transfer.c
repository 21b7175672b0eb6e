// SPDX-License-Identifier: Apache-2.0
#include "transfer.h"

#include "../cli/progress.h"

static struct progress progress;

static void on_progress(void *context, uint32_t done, uint32_t total)
{
    (void)context;
    progress_show(&progress, done, total, clock_ms());
}

const struct link_listener device_transfer_listener = {.progress = on_progress};

int device_transfer(struct device *device, const char *what, const uint8_t *object, uint32_t size,
                    const struct link_begun *begun)
{
    int error;

    progress_begin(&progress, device->cli, what, clock_ms(), begun->offset);
    error = link_host_transfer(&device->host, object, size, begun);
    if (error == 0) {
        progress_end(&progress, size, clock_ms());
    }
    return error == 0 ? EXIT_DONE : device_fail(device, error, what);
}
