// SPDX-License-Identifier: Apache-2.0
/* What an install would do, said without doing it: --dry-run. */
#ifndef COMMANDS_OUTLOOK_H
#define COMMANDS_OUTLOOK_H

#include <tbf/header.h>

#include "../cli/cli.h"
#include "../device/device.h"

/** One package. */
struct outlook_wanted {
    const char *path;
    const struct tbf_header *header;
    const struct link_begin *begin; /* as it would be announced */
    bool update_only;
};

/** Reads what is installed. One device at a time. @return an exit code; reported */
int outlook_begin(struct device *device);
/**
 * Says what installing a package would do, and takes it as done for the packages that follow.
 * "plans" in the JSON.
 * @return the exit code that installing would end with, as far as the device lets it be known
 */
int outlook_install(struct device *device, const struct outlook_wanted *wanted);

#endif
