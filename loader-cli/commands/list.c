// SPDX-License-Identifier: Apache-2.0
#include <stdio.h>

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

static void show_line(const struct device *device, const struct link_entry *e)
{
    const struct device_process *p = device_process_of(device, e->app.address);
    char ram[12] = "-"; /* known of processes only: the block is chosen when one is made */
    char name[160];
    char owner[160];

    if (p != NULL && p->detailed) {
        snprintf(ram, sizeof ram, "%u", device_ram_waste(p, e->min_ram));
    }
    device_name(&e->name, name, sizeof name);
    device_name(&e->owner, owner, sizeof owner);
    cli_say(device->cli, "%-20s %-8s %7u %8u %6u %7u %6s  0x%08x 0x%08x  %s%s", name,
            list_state(device, e), e->version, e->size, e->extent - e->size, e->min_ram, ram,
            e->app.address, e->short_id, owner,
            (e->flags & LINK_APP_STICKY) != 0 ? "  sticky" : "");
}

static void add_json(const struct device *device, const struct link_entry *e, json_t *list)
{
    const struct device_process *p = device_process_of(device, e->app.address);
    uint32_t ram_waste = p != NULL ? device_ram_waste(p, e->min_ram) : 0;
    char name[160];
    char owner[160];

    device_name(&e->name, name, sizeof name);
    device_name(&e->owner, owner, sizeof owner);
    json_array_append_new(
        list, json_pack("{s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:s, s:b, s:b}", "name",
                        name, "state", list_state(device, e), "version", (json_int_t)e->version,
                        "size", (json_int_t)e->size, "waste", (json_int_t)(e->extent - e->size),
                        "ram", (json_int_t)e->min_ram, "ram_block",
                        (json_int_t)(p != NULL ? p->process.ram_size : 0), "ram_waste",
                        (json_int_t)ram_waste, "address", (json_int_t)e->app.address, "short_id",
                        (json_int_t)e->short_id, "owner", owner, "enabled",
                        (int)((e->flags & LINK_APP_ENABLED) != 0), "sticky",
                        (int)((e->flags & LINK_APP_STICKY) != 0)));
}

/* The usual form, one app a line. */
static void list_table(const struct device *device)
{
    struct cli *cli = device->cli;

    cli_say(cli, "%-20s %-8s %7s %8s %6s %7s %6s  %-10s %-10s  %s", "NAME", "STATE", "VERSION",
            "SIZE", "WASTE", "RAM", "WASTE", "ADDRESS", "SHORTID", "OWNER");
    for (size_t i = 0; i < device->app_count; i++) {
        show_line(device, &device->app[i]);
    }
}

static void show(const struct device *device, json_t *list)
{
    for (size_t i = 0; i < device->app_count; i++) {
        add_json(device, &device->app[i], list);
    }
    if (map != 0) {
        list_map(device);
    } else if (tree != 0) {
        list_tree(device);
    } else if (names != 0) {
        list_names(device);
    } else if (device->app_count == 0) {
        cli_say(device->cli, "no apps are installed");
    } else if (verbose != 0) {
        list_verbose(device);
    } else {
        list_table(device);
    }
}

static int run(struct cli *cli, int count, const char **argument)
{
    struct device device;
    json_t *list = json_array();
    int code;

    (void)argument;
    json_object_set_new(cli->result, "apps", list);
    if (count != 0 || verbose + names + tree + map > 1) {
        return cli_fail(cli, EXIT_USAGE, "loader-cli list --help",
                        "list takes no arguments, and one form");
    }
    code = device_open_kernel(cli, &device, NULL);
    if (code != EXIT_DONE) {
        return code;
    }
    code = device_survey(&device);
    if (code == EXIT_DONE) {
        show(&device, list);
    }
    if (code == EXIT_DONE && (cli->json != 0 || (names == 0 && tree == 0 && map == 0))) {
        code = room_show(&device);
    }
    device_close(&device);
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
        "table: what lies in gaps besides the largest, and what `compact` would join.\n\n"
        "  loader-cli list --map",
    .options = options,
    .several = true,
    .run = run,
};
