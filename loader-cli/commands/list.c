// SPDX-License-Identifier: Apache-2.0
#include <stdio.h>

#include "../cli/session.h"
#include "commands.h"

static const char *state_of(const struct gantry_app *app)
{
    static const char *const states[] = {
        [GANTRY_RUNNING] = "running", [GANTRY_ENDED] = "ended",     [GANTRY_DISABLED] = "disabled",
        [GANTRY_DAMAGED] = "damaged", [GANTRY_ENABLED] = "enabled", [GANTRY_UNVERIFIED] = "verify",
    };

    return states[app->state];
}

static void show(struct cli *cli, const struct gantry_app *app, json_t *list)
{
    char ram[12] = "-"; /* known of processes only: the block is chosen when one is made */

    if (app->ram_known) {
        snprintf(ram, sizeof ram, "%u", app->ram_waste);
    }
    cli_say(cli, "%-20s %-8s %7u %8u %6u %7u %6s  0x%08x 0x%08x  %s%s", app->name, state_of(app),
            app->version, app->size, app->waste, app->ram, ram, app->address, app->short_id,
            app->owner, app->sticky ? "  sticky" : "");
    json_array_append_new(
        list, json_pack("{s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:s, s:b, s:b}", "name",
                        app->name, "state", state_of(app), "version", (json_int_t)app->version,
                        "size", (json_int_t)app->size, "waste", (json_int_t)app->waste, "ram",
                        (json_int_t)app->ram, "ram_block", (json_int_t)app->ram_block, "ram_waste",
                        (json_int_t)app->ram_waste, "address", (json_int_t)app->address, "short_id",
                        (json_int_t)app->short_id, "owner", app->owner, "enabled",
                        (int)app->enabled, "sticky", (int)app->sticky));
}

static int run(struct cli *cli, int count, const char **argument)
{
    struct session session;
    json_t *list = json_array();
    size_t apps = 0;
    int code;

    (void)argument;
    json_object_set_new(cli->result, "apps", list);
    if (count != 0) {
        return cli_fail(cli, EXIT_USAGE, NULL, "list takes no arguments");
    }
    code = session_open_kernel(cli, &session);
    if (code != EXIT_DONE) {
        return code;
    }
    code = session_result(&session, gantry_list(session.gantry, &apps));
    if (code == EXIT_DONE && apps == 0) {
        cli_say(cli, "no apps are installed");
    } else if (code == EXIT_DONE) {
        cli_say(cli, "%-20s %-8s %7s %8s %6s %7s %6s  %-10s %-10s  %s", "NAME", "STATE", "VERSION",
                "SIZE", "WASTE", "RAM", "WASTE", "ADDRESS", "SHORTID", "OWNER");
    }
    for (size_t i = 0; i < apps; i++) {
        show(cli, gantry_app(session.gantry, i), list);
    }
    session_end(&session);
    return code;
}

const struct command command_list = {
    .name = "list",
    .group = "Device",
    .summary = "List the installed apps",
    .usage = "",
    .help =
        "SIZE is the signed object, the WASTE behind it what rounding adds to it in flash. RAM is\n"
        "what the app asks for, the WASTE behind it what rounding adds to that and to what the\n"
        "kernel sets aside for it, known of apps that have a process: loader-cli ps -v",
    .run = run,
};
