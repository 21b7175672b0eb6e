// SPDX-License-Identifier: Apache-2.0
/* Commands about one installed app: remove, enable, disable, start, stop, restart. */
#include <stdio.h>

#include <link/protocol.h>

#include "../device/device.h"
#include "commands.h"
#include "remove_all.h"

static int all;
static int also_sticky;
static int yes;

static const struct poptOption remove_options[] = {
    {"all", 0, POPT_ARG_NONE, &all, 0, "every app but the sticky ones, after a question", NULL},
    {"force", 0, POPT_ARG_NONE, &also_sticky, 0, "when all are meant: the sticky ones, too", NULL},
    {"yes", 'y', POPT_ARG_NONE, &yes, 0, "when all are meant: do not ask", NULL},
    POPT_TABLEEND,
};

/* What is asked for: a command, and for CONTROL what of it. */
struct request {
    uint8_t command;
    uint8_t control; /* enum link_control; 0: none */
};

static int ask(struct device *device, const struct request *request, const struct link_entry *entry,
               const char *what)
{
    uint8_t arguments[9];
    const uint8_t *result;
    size_t length = link_put_app(&entry->app, arguments, sizeof arguments);

    if (request->control == 0) {
        return device_app_command(device, request->command, entry, what);
    }
    arguments[length] = request->control;
    return device_request(device, request->command, arguments, length + 1, &result, &length, what);
}

static int each(struct cli *cli, int count, const char **argument, struct request request,
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
        code = code != EXIT_DONE ? code : ask(&device, &request, entry, message);
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
    if (all != 0 && count != 0) {
        return cli_fail(cli, EXIT_USAGE, NULL, "remove takes names or --all, not both");
    }
    if (all != 0) {
        return remove_all(cli, also_sticky != 0, yes != 0);
    }
    return each(cli, count, argument, (struct request){LINK_REMOVE, 0}, "remove", "removed");
}

static int run_enable(struct cli *cli, int count, const char **argument)
{
    return each(cli, count, argument, (struct request){LINK_ENABLE, 0}, "enable", "enabled");
}

static int run_disable(struct cli *cli, int count, const char **argument)
{
    return each(cli, count, argument, (struct request){LINK_DISABLE, 0}, "disable", "disabled");
}

static int run_start(struct cli *cli, int count, const char **argument)
{
    return each(cli, count, argument, (struct request){LINK_START, 0}, "start", "started");
}

static int run_stop(struct cli *cli, int count, const char **argument)
{
    return each(cli, count, argument, (struct request){LINK_STOP, 0}, "stop", "stopped");
}

static int run_restart(struct cli *cli, int count, const char **argument)
{
    return each(cli, count, argument, (struct request){LINK_RESTART, 0}, "restart", "restarted");
}

static int run_pause(struct cli *cli, int count, const char **argument)
{
    return each(cli, count, argument, (struct request){LINK_CONTROL, LINK_CONTROL_PAUSE}, "pause",
                "paused");
}

static int run_resume(struct cli *cli, int count, const char **argument)
{
    return each(cli, count, argument, (struct request){LINK_CONTROL, LINK_CONTROL_RESUME}, "resume",
                "goes on");
}

static int run_fault(struct cli *cli, int count, const char **argument)
{
    return each(cli, count, argument, (struct request){LINK_CONTROL, LINK_CONTROL_FAULT}, "fault",
                "made to fault");
}

const struct command command_remove = {
    .name = "remove",
    .group = "Device",
    .summary = "Remove apps, while the others run",
    .usage = "NAME...",
    .help = "The lowest version that the device accepts of an app outlives its removal. Values "
            "that\napps have stored do, too: loader-cli tickv.",
    .options = remove_options,
    .several = true,
    .run = run_remove,
};

const struct command command_enable = {
    .name = "enable",
    .group = "Device",
    .summary = "Have apps started, now and at each boot",
    .usage = "NAME...",
    .several = true,
    .run = run_enable,
};

const struct command command_disable = {
    .name = "disable",
    .group = "Device",
    .summary = "End apps and do not start them at boot",
    .usage = "NAME...",
    .several = true,
    .run = run_disable,
};

const struct command command_start = {
    .name = "start",
    .group = "Device",
    .summary = "Start apps that have ended or were stopped",
    .usage = "NAME...",
    .several = true,
    .run = run_start,
};

const struct command command_stop = {
    .name = "stop",
    .group = "Device",
    .summary = "End apps until they are started or the device is",
    .usage = "NAME...",
    .several = true,
    .run = run_stop,
};

const struct command command_restart = {
    .name = "restart",
    .group = "Device",
    .summary = "End apps and start them anew",
    .usage = "NAME...",
    .several = true,
    .run = run_restart,
};

const struct command command_pause = {
    .name = "pause",
    .group = "Device",
    .summary = "Have apps wait where they are, until they are resumed",
    .usage = "NAME...",
    .help = "Tock's `stop`. What happens meanwhile waits for them, as far as their queues go.",
    .several = true,
    .run = run_pause,
};

const struct command command_resume = {
    .name = "resume",
    .group = "Device",
    .summary = "Let paused apps go on",
    .usage = "NAME...",
    .several = true,
    .run = run_resume,
};

const struct command command_fault = {
    .name = "fault",
    .group = "Device",
    .summary = "Treat apps as if they had faulted, to see what follows",
    .usage = "NAME...",
    .help =
        "What follows is what the app asks for (loader-cli pack --fault) and the board allows;\n"
        "loader-cli ps -v shows it.",
    .several = true,
    .run = run_fault,
};
