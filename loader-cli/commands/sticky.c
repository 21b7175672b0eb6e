// SPDX-License-Identifier: Apache-2.0
/* sticky, unsticky: apps that Tock's tools remove only when they are forced to. */
#include <store/app.h>

#include "../device/offline.h"
#include "commands.h"

static int set(struct device *device, const char *name, bool sticky)
{
    const struct link_entry *entry;
    struct store *store;
    struct store_app app = {.recorded = false};
    uint32_t flags;
    int error = 0;
    int code = device_find(device, name, &entry);

    if (code != EXIT_DONE) {
        return code;
    }
    store = offline_store(device->line.offline, true, &error);
    if (store != NULL) {
        error = store_app_find(store, entry->app.address, &app);
    }
    if (store != NULL && error == 0) {
        flags = (app.record.flags & ~STORE_FLAG_STICKY) | (sticky ? STORE_FLAG_STICKY : 0);
        error = offline_finish(device->line.offline,
                               store_flags_begin(store, app.record.address, flags));
    }
    return error != 0 ? device_fail_offline(device, error, name) : EXIT_DONE;
}

static int each(struct cli *cli, int count, const char **argument, bool sticky)
{
    struct device device;
    int result = EXIT_DONE;
    int code;

    if (count < 1) {
        return cli_fail(cli, EXIT_USAGE, "loader-cli list shows the names", "%s takes names",
                        sticky ? "sticky" : "unsticky");
    }
    code = device_open_offline(cli, &device);
    if (code != EXIT_DONE) {
        return code;
    }
    for (int i = 0; i < count && code != EXIT_LOST && code != EXIT_INTERRUPTED; i++) {
        code = set(&device, argument[i], sticky);
        if (code == EXIT_DONE) {
            cli_say(cli, "%s: %s", argument[i], sticky ? "sticky" : "not sticky");
        } else {
            result = code;
        }
    }
    device_close(&device);
    return result;
}

static int run_sticky(struct cli *cli, int count, const char **argument)
{
    return each(cli, count, argument, true);
}

static int run_unsticky(struct cli *cli, int count, const char **argument)
{
    return each(cli, count, argument, false);
}

const struct command command_sticky = {
    .name = "sticky",
    .group = "Flash",
    .summary = "Mark apps that Tock's tools are to remove only when forced to",
    .usage = "NAME...",
    .several = true,
    .run = run_sticky,
};

const struct command command_unsticky = {
    .name = "unsticky",
    .group = "Flash",
    .summary = "Take that mark away",
    .usage = "NAME...",
    .several = true,
    .run = run_unsticky,
};
