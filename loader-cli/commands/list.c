// SPDX-License-Identifier: Apache-2.0
#include <stdio.h>

#include "../device/device.h"
#include "commands.h"

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

static const char *state_of(const struct device *device, const struct link_entry *e)
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

static void show(struct cli *cli, const struct device *device, const struct link_entry *e,
                 json_t *list)
{
    const struct device_process *p = device_process_of(device, e->app.address);
    uint32_t ram_waste = p != NULL ? device_ram_waste(p, e->min_ram) : 0;
    char ram[12] = "-"; /* known of processes only: the block is chosen when one is made */
    char name[160];
    char owner[160];

    if (p != NULL && p->detailed) {
        snprintf(ram, sizeof ram, "%u", ram_waste);
    }

    device_name(&e->name, name, sizeof name);
    device_name(&e->owner, owner, sizeof owner);
    cli_say(cli, "%-20s %-8s %7u %8u %6u %7u %6s  0x%08x 0x%08x  %s%s", name, state_of(device, e),
            e->version, e->size, e->extent - e->size, e->min_ram, ram, e->app.address, e->short_id,
            owner, (e->flags & LINK_APP_STICKY) != 0 ? "  sticky" : "");
    json_array_append_new(
        list, json_pack("{s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:s, s:b, s:b}", "name",
                        name, "state", state_of(device, e), "version", (json_int_t)e->version,
                        "size", (json_int_t)e->size, "waste", (json_int_t)(e->extent - e->size),
                        "ram", (json_int_t)e->min_ram, "ram_block",
                        (json_int_t)(p != NULL ? p->process.ram_size : 0), "ram_waste",
                        (json_int_t)ram_waste, "address", (json_int_t)e->app.address, "short_id",
                        (json_int_t)e->short_id, "owner", owner, "enabled",
                        (int)((e->flags & LINK_APP_ENABLED) != 0), "sticky",
                        (int)((e->flags & LINK_APP_STICKY) != 0)));
}

static int run(struct cli *cli, int count, const char **argument)
{
    struct device device;
    json_t *list = json_array();
    int code;

    (void)argument;
    json_object_set_new(cli->result, "apps", list);
    if (count != 0) {
        return cli_fail(cli, EXIT_USAGE, NULL, "list takes no arguments");
    }
    code = device_open_kernel(cli, &device, NULL);
    if (code != EXIT_DONE) {
        return code;
    }
    code = device_survey(&device);
    if (code == EXIT_DONE && device.app_count == 0) {
        cli_say(cli, "no apps are installed");
    } else if (code == EXIT_DONE) {
        cli_say(cli, "%-20s %-8s %7s %8s %6s %7s %6s  %-10s %-10s  %s", "NAME", "STATE", "VERSION",
                "SIZE", "WASTE", "RAM", "WASTE", "ADDRESS", "SHORTID", "OWNER");
    }
    for (size_t i = 0; code == EXIT_DONE && i < device.app_count; i++) {
        show(cli, &device, &device.app[i], list);
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
        "kernel sets aside for it, known of apps that have a process: loader-cli ps -v",
    .run = run,
};
