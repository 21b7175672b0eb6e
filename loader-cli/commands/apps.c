// SPDX-License-Identifier: Apache-2.0
/* Commands about one installed app: remove, enable, disable, start, stop, restart. */
#include <stdio.h>

#include <link/protocol.h>

#include "../device/device.h"
#include "commands.h"

static int each(struct cli *cli, int count, const char **argument, uint8_t command,
                const char *what, const char *done)
{
    struct device device;
    int result = EXIT_DONE;
    int code;

    if (count < 1) {
        return cli_fail(cli, EXIT_USAGE, "loader-cli list shows the names", "%s takes names", what);
    }
    code = device_open_kernel(cli, &device, NULL);
    if (code != EXIT_DONE) {
        return code;
    }
    for (int i = 0; i < count && code != EXIT_LOST && code != EXIT_INTERRUPTED; i++) {
        const struct link_entry *entry;
        char message[128];

        snprintf(message, sizeof message, "%s %.64s", what, argument[i]);
        code = device_find(&device, argument[i], &entry);
        code = code != EXIT_DONE ? code : device_app_command(&device, command, entry, message);
        if (code == EXIT_DONE) {
            cli_say(cli, "%s: %s", argument[i], done);
        } else if (code != EXIT_NOTHING || result == EXIT_DONE) {
            result = code;
        }
    }
    device_close(&device);
    return result;
}

static int run_remove(struct cli *cli, int count, const char **argument)
{
    return each(cli, count, argument, LINK_REMOVE, "remove", "removed");
}

static int run_enable(struct cli *cli, int count, const char **argument)
{
    return each(cli, count, argument, LINK_ENABLE, "enable", "enabled");
}

static int run_disable(struct cli *cli, int count, const char **argument)
{
    return each(cli, count, argument, LINK_DISABLE, "disable", "disabled");
}

static int run_start(struct cli *cli, int count, const char **argument)
{
    return each(cli, count, argument, LINK_START, "start", "started");
}

static int run_stop(struct cli *cli, int count, const char **argument)
{
    return each(cli, count, argument, LINK_STOP, "stop", "stopped");
}

static int run_restart(struct cli *cli, int count, const char **argument)
{
    return each(cli, count, argument, LINK_RESTART, "restart", "restarted");
}

const struct command command_remove = {
    .name = "remove",
    .group = "Device",
    .summary = "Remove apps, while the others run",
    .usage = "NAME...",
    .help = "The lowest version that the device accepts of an app outlives its removal.",
    .run = run_remove,
};

const struct command command_enable = {
    .name = "enable",
    .group = "Device",
    .summary = "Have apps started, now and at each boot",
    .usage = "NAME...",
    .run = run_enable,
};

const struct command command_disable = {
    .name = "disable",
    .group = "Device",
    .summary = "End apps and do not start them at boot",
    .usage = "NAME...",
    .run = run_disable,
};

const struct command command_start = {
    .name = "start",
    .group = "Device",
    .summary = "Start apps that have ended or were stopped",
    .usage = "NAME...",
    .run = run_start,
};

const struct command command_stop = {
    .name = "stop",
    .group = "Device",
    .summary = "End apps until they are started or the device is",
    .usage = "NAME...",
    .run = run_stop,
};

const struct command command_restart = {
    .name = "restart",
    .group = "Device",
    .summary = "End apps and start them anew",
    .usage = "NAME...",
    .run = run_restart,
};
