// SPDX-License-Identifier: Apache-2.0
#include "remove_all.h"

#include <stdio.h>

#include <link/protocol.h>

#include "../device/device.h"
#include "confirm.h"

/* A session does not outlive a question: what is there is looked up before it, and again after. */
static int look(struct cli *cli, struct device *device)
{
    int code = device_open_kernel(cli, device, NULL);

    if (code != EXIT_DONE) {
        return code;
    }
    code = device_list(device);
    if (code != EXIT_DONE) {
        device_close(device);
    }
    return code;
}

static bool is_meant(const struct link_entry *entry, bool sticky)
{
    return sticky || (entry->flags & LINK_APP_STICKY) == 0;
}

static size_t count_meant(const struct device *device, bool sticky)
{
    size_t count = 0;

    for (size_t i = 0; i < device->app_count; i++) {
        count += is_meant(&device->app[i], sticky) ? 1 : 0;
    }
    return count;
}

static int remove_each(struct device *device, bool sticky, json_t *removed)
{
    struct cli *cli = device->cli;
    int result = EXIT_DONE;

    for (size_t i = 0; i < device->app_count; i++) {
        const struct link_entry *entry = &device->app[i];
        char name[160];
        char what[200];
        int code;

        device_name(&entry->name, name, sizeof name);
        snprintf(what, sizeof what, "remove %s", name);
        if (!is_meant(entry, sticky)) {
            cli_say(cli, "%s: stays, it is sticky", name);
            continue;
        }
        code = device_app_command(device, LINK_REMOVE, entry, what);
        if (code == EXIT_LOST || code == EXIT_INTERRUPTED) {
            return code;
        }
        if (code == EXIT_DONE) {
            cli_say(cli, "%s: removed", name);
            json_array_append_new(removed, json_string(name));
        } else {
            result = code;
        }
    }
    return result;
}

int remove_all(struct cli *cli, bool sticky, bool yes)
{
    json_t *removed = json_array();
    struct device device;
    char question[128];
    size_t count;
    int code = look(cli, &device);

    json_object_set_new(cli->result, "removed", removed);
    if (code != EXIT_DONE) {
        return code;
    }
    count = count_meant(&device, sticky);
    snprintf(question, sizeof question, "Remove %zu app%s from %.64s?", count,
             count == 1 ? "" : "s", device.line.name);
    if (count == 0) {
        code = cli_fail(cli, EXIT_NOTHING,
                        device.app_count > 0 ? "--force removes sticky apps, too" : NULL,
                        "there is no app to remove");
    } else if (!yes) {
        device_close(&device);
        code = confirm(cli, false, question);
        code = code == EXIT_DONE ? look(cli, &device) : code;
        if (code != EXIT_DONE) {
            return code;
        }
    }
    code = code == EXIT_DONE ? remove_each(&device, sticky, removed) : code;
    device_close(&device);
    return code;
}
