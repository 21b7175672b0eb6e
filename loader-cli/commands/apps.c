// SPDX-License-Identifier: Apache-2.0
/* Commands about one installed app: remove, enable, disable, start, stop, restart. */
#include "../cli/session.h"
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

static int each(struct cli *cli, int count, const char **argument, enum gantry_action action,
                const char *what, const char *done)
{
    struct session session;
    int result = EXIT_DONE;
    int code;

    if (count < 1) {
        return cli_fail(cli, EXIT_USAGE, "loader-cli list shows the names", "%s takes names", what);
    }
    code = session_open_kernel(cli, &session);
    if (code != EXIT_DONE) {
        return code;
    }
    for (int i = 0; i < count && code != EXIT_LOST && code != EXIT_INTERRUPTED; i++) {
        code = session_result(&session, gantry_act(session.gantry, action, argument[i]));
        if (code == EXIT_DONE) {
            cli_say(cli, "%s: %s", argument[i], done);
        } else if (code != EXIT_NOTHING || result == EXIT_DONE) {
            result = code;
        }
    }
    session_end(&session);
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
    return each(cli, count, argument, GANTRY_REMOVE, "remove", "removed");
}

static int run_enable(struct cli *cli, int count, const char **argument)
{
    return each(cli, count, argument, GANTRY_ENABLE, "enable", "enabled");
}

static int run_disable(struct cli *cli, int count, const char **argument)
{
    return each(cli, count, argument, GANTRY_DISABLE, "disable", "disabled");
}

static int run_start(struct cli *cli, int count, const char **argument)
{
    return each(cli, count, argument, GANTRY_START, "start", "started");
}

static int run_stop(struct cli *cli, int count, const char **argument)
{
    return each(cli, count, argument, GANTRY_STOP, "stop", "stopped");
}

static int run_restart(struct cli *cli, int count, const char **argument)
{
    return each(cli, count, argument, GANTRY_RESTART, "restart", "restarted");
}

static int run_pause(struct cli *cli, int count, const char **argument)
{
    return each(cli, count, argument, GANTRY_PAUSE, "pause", "paused");
}

static int run_resume(struct cli *cli, int count, const char **argument)
{
    return each(cli, count, argument, GANTRY_RESUME, "resume", "goes on");
}

static int run_fault(struct cli *cli, int count, const char **argument)
{
    return each(cli, count, argument, GANTRY_FAULT, "fault", "made to fault");
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
