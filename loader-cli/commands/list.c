// SPDX-License-Identifier: Apache-2.0
#include "../cli/session.h"
#include "../device/device.h"
#include "commands.h"
#include "list_forms.h"
#include "room.h"

static int verbose;
static int names;
static int tree;
static int map;

static const struct poptOption options[] = {
    {"verbose", 'v', POPT_ARG_NONE, &verbose, 0, "all that is known of each app", NULL},
    {"names", 0, POPT_ARG_NONE, &names, 0, "the names alone, on one line", NULL},
    {"tree", 0, POPT_ARG_NONE, &tree, 0, "as a tree: device, kernel, apps", NULL},
    {"map", 0, POPT_ARG_NONE, &map, 0, "what lies where in flash, gaps as well", NULL},
    POPT_TABLEEND,
};

/* Of a device that does not run: what its kernel will do when it does. */
static const char *offline_state_of(const struct link_entry *e)
{
    if ((e->flags & LINK_APP_DAMAGED) != 0) {
        return "damaged";
    }
    if ((e->flags & LINK_APP_ACCEPTED) == 0) {
        return "verify";
    }
    return (e->flags & LINK_APP_ENABLED) != 0 ? "enabled" : "disabled";
}

const char *list_state(const struct device *device, const struct link_entry *e)
{
    if (device->line.offline != NULL) {
        return offline_state_of(e);
    }
    if ((e->flags & LINK_APP_DAMAGED) != 0) {
        return "damaged";
    }
    if ((e->flags & LINK_APP_ENABLED) == 0) {
        return "disabled";
    }
    return (e->flags & LINK_APP_RUNNING) != 0 ? "running" : "ended";
}

const char *list_word(enum gantry_state state)
{
    static const char *const states[] = {
        [GANTRY_RUNNING] = "running", [GANTRY_ENDED] = "ended",     [GANTRY_DISABLED] = "disabled",
        [GANTRY_DAMAGED] = "damaged", [GANTRY_ENABLED] = "enabled", [GANTRY_UNVERIFIED] = "verify",
    };

    return states[state];
}

static void add_json(const struct gantry_app *app, json_t *list)
{
    json_array_append_new(
        list,
        json_pack("{s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:s, s:b, s:b}", "name",
                  app->name, "state", list_word(app->state), "version", (json_int_t)app->version,
                  "size", (json_int_t)app->size, "waste", (json_int_t)app->waste, "ram",
                  (json_int_t)app->ram, "ram_block", (json_int_t)app->ram_block, "ram_waste",
                  (json_int_t)app->ram_waste, "address", (json_int_t)app->address, "short_id",
                  (json_int_t)app->short_id, "owner", app->owner, "enabled", (int)app->enabled,
                  "sticky", (int)app->sticky));
}

/* The forms that show more than apps go past the library's surface. */
static void show(struct session *session, size_t apps, json_t *list)
{
    for (size_t i = 0; i < apps; i++) {
        add_json(gantry_app(session->gantry, i), list);
    }
    if (map != 0) {
        list_map(session_device(session));
    } else if (tree != 0) {
        list_tree(session_device(session));
    } else if (names != 0) {
        list_names(session_device(session));
    } else if (apps == 0) {
        cli_say(session->cli, "no apps are installed");
    } else if (verbose != 0) {
        list_verbose(session_device(session));
    } else {
        list_table(session->cli, session->gantry, apps);
    }
}

static int run(struct cli *cli, int count, const char **argument)
{
    struct session session;
    size_t apps;
    json_t *list = json_array();
    int code;

    json_object_set_new(cli->result, "apps", list);
    if (count != 0) {
        return cli_fail(cli, EXIT_USAGE, "loader-cli list -v shows all that is known of each",
                        "list takes no arguments, and not '%s': it shows all apps", argument[0]);
    }
    if (verbose + names + tree + map > 1) {
        return cli_fail(cli, EXIT_USAGE, NULL,
                        "only one of --verbose, --names, --tree and --map is possible");
    }
    code = session_open_kernel(cli, &session);
    if (code != EXIT_DONE) {
        return code;
    }
    code = session_result(&session, gantry_list(session.gantry, &apps));
    if (code == EXIT_DONE) {
        show(&session, apps, list);
    }
    if (code == EXIT_DONE && (cli->json != 0 || (names == 0 && tree == 0 && map == 0))) {
        code = room_show(session_device(&session));
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
        "kernel sets aside for it, known of apps that have a process: loader-cli ps -v. Below the\n"
        "table: what lies in gaps besides the largest, and what `compact` would join. On a\n"
        "terminal that is too narrow for it names are shortened; --json has all of them.\n\n"
        "  loader-cli list --map",
    .options = options,
    .several = true,
    .run = run,
};
