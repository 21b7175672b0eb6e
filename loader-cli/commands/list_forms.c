// SPDX-License-Identifier: Apache-2.0
#include "list_forms.h"

#include <stdio.h>
#include <string.h>

#include <tbf/header.h>

#include "../package/package.h"
#include "inspect.h"

enum { NAME_SIZE = 4 * LINK_NAME_MAX + 8 };

void list_names(const struct device *device)
{
    char line[DEVICE_APPS_MAX * 24] = "";
    char name[NAME_SIZE];
    size_t used = 0;

    for (size_t i = 0; i < device->app_count; i++) {
        device_name(&device->app[i].name, name, sizeof name);
        if (used + strlen(name) + 2 > sizeof line) {
            cli_say(device->cli, "%s", line); /* the rest on a line of its own */
            used = 0;
        }
        used +=
            (size_t)snprintf(line + used, sizeof line - used, "%s%s", used > 0 ? " " : "", name);
    }
    if (used > 0) {
        cli_say(device->cli, "%s", line);
    }
}

/* The entries of the header, where the flash can be read. */
static void show_header(const struct device *device, const struct link_entry *e)
{
    const uint8_t *bytes = device->line.offline != NULL
                               ? offline_peek(device->line.offline, e->app.address, e->size)
                               : NULL;
    struct tbf_header header;
    struct bytes tbf;
    json_t *ignored;

    if (bytes == NULL || tbf_header_parse(bytes, e->size, &header) != 0) {
        return;
    }
    tbf.data = (uint8_t *)(uintptr_t)bytes; /* inspect only looks */
    tbf.size = e->size;
    ignored = json_object();
    inspect_entries(device->cli, &tbf, &header, ignored);
    json_decref(ignored);
}

void list_verbose(const struct device *device)
{
    struct cli *cli = device->cli;

    for (size_t i = 0; i < device->app_count; i++) {
        const struct link_entry *e = &device->app[i];
        char name[NAME_SIZE];
        char owner[NAME_SIZE];

        device_name(&e->name, name, sizeof name);
        device_name(&e->owner, owner, sizeof owner);
        if (i > 0) {
            cli_say(cli, "%s", "");
        }
        cli_say(cli, "%s", name);
        cli_say(cli, "  state     %s, %s%s", list_state(device, e),
                (e->flags & LINK_APP_ENABLED) != 0 ? "enabled" : "not enabled",
                (e->flags & LINK_APP_STICKY) != 0 ? ", sticky" : "");
        cli_say(cli, "  version   %u", e->version);
        cli_say(cli, "  flash     0x%08x, %u bytes, %u behind them wasted", e->app.address, e->size,
                e->extent - e->size);
        cli_say(cli, "  RAM       %u bytes asked for", e->min_ram);
        cli_say(cli, "  ShortID   0x%08x", e->short_id);
        cli_say(cli, "  owner     %s", e->owner.length > 0 ? owner : "not known");
        cli_say(cli, "  digest    begins with 0x%08x", e->app.tag);
        show_header(device, e);
    }
}

static void tree_app(const struct device *device, size_t i)
{
    const struct link_entry *e = &device->app[i];
    const bool last = i + 1 == device->app_count;
    const char *below = last ? "    " : "|   ";
    char name[NAME_SIZE];

    device_name(&e->name, name, sizeof name);
    cli_say(device->cli, "    %s %s", last ? "`--" : "|--", name);
    cli_say(device->cli, "    %s|-- %s%s, version %u", below, list_state(device, e),
            (e->flags & LINK_APP_STICKY) != 0 ? ", sticky" : "", e->version);
    cli_say(device->cli, "    %s|-- flash 0x%08x, %u bytes + %u", below, e->app.address, e->size,
            e->extent - e->size);
    cli_say(device->cli, "    %s`-- RAM %u bytes", below, e->min_ram);
}

void list_tree(const struct device *device)
{
    const struct link_info *info = &device->info;
    char board[NAME_SIZE];
    char architecture[NAME_SIZE];

    device_name(&info->board, board, sizeof board);
    device_name(&info->architecture, architecture, sizeof architecture);
    cli_say(device->cli, "%s (%s)", board, architecture);
    if (info->kernel_slot != 0) {
        cli_say(device->cli, "|-- kernel version %u at 0x%08x", info->kernel_version,
                info->kernel_slot);
    }
    cli_say(device->cli, "`-- apps 0x%08x, %u bytes, %u free", info->flash_start, info->flash_size,
            info->flash_free);
    for (size_t i = 0; i < device->app_count; i++) {
        tree_app(device, i);
    }
}
