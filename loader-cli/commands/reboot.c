// SPDX-License-Identifier: Apache-2.0
#include "../device/device.h"
#include "commands.h"

static int bootloader;

static const struct poptOption options[] = {
    {"bootloader", 0, POPT_ARG_NONE, &bootloader, 0, "stay in the bootloader", NULL},
    POPT_TABLEEND,
};

static int run(struct cli *cli, int count, const char **argument)
{
    const uint8_t where = bootloader != 0 ? LINK_REBOOT_BOOTLOADER : LINK_REBOOT_KERNEL;
    struct device device;
    int code;

    (void)argument;
    if (count != 0) {
        return cli_fail(cli, EXIT_USAGE, NULL, "reboot takes no arguments");
    }
    code = device_open(cli, &device, NULL);
    if (code != EXIT_DONE) {
        return code;
    }
    code = device_restart(&device, where, "reboot");
    if (code == EXIT_DONE) {
        cli_say(cli, "%s is up: %s", device.line.name, bootloader != 0 ? "bootloader" : "kernel");
    }
    device_close(&device);
    return code;
}

const struct command command_reboot = {
    .name = "reboot",
    .group = "Device",
    .summary = "Restart the device",
    .usage = "[--bootloader]",
    .options = options,
    .several = true,
    .run = run,
};
