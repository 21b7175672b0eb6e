// SPDX-License-Identifier: Apache-2.0
#include "../cli/session.h"
#include "commands.h"

static int bootloader;

static const struct poptOption options[] = {
    {"bootloader", 0, POPT_ARG_NONE, &bootloader, 0, "stay in the bootloader", NULL},
    POPT_TABLEEND,
};

static int run(struct cli *cli, int count, const char **argument)
{
    struct session session;
    int code;

    (void)argument;
    if (count != 0) {
        return cli_fail(cli, EXIT_USAGE, NULL, "reboot takes no arguments");
    }
    code = session_open(cli, &session);
    if (code != EXIT_DONE) {
        return code;
    }
    code =
        session_result(&session, gantry_reboot(session.gantry, bootloader != 0 ? GANTRY_BOOTLOADER
                                                                               : GANTRY_KERNEL));
    if (code == EXIT_DONE) {
        cli_say(cli, "%s is up: %s", gantry_info(session.gantry)->selector,
                bootloader != 0 ? "bootloader" : "kernel");
    }
    session_end(&session);
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
