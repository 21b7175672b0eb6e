// SPDX-License-Identifier: Apache-2.0
/* Installing one thing on a device that is open; what `recover` shares with the commands. */
#ifndef COMMANDS_INSTALL_H
#define COMMANDS_INSTALL_H

#include "../cli/cli.h"
#include "../device/device.h"

/**
 * Installs or updates one app.
 * @param update_only  refuse an app that is not installed yet
 */
int install_app(struct device *device, const char *path, bool update_only);
/** Installs a kernel through the bootloader and waits until it runs. */
int install_kernel(struct cli *cli, struct device *device, const char *path);

#endif
