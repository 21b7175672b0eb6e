// SPDX-License-Identifier: Apache-2.0
#include "process_map.h"

#include <stdio.h>

static void edge(const struct cli *cli, const char *what, uint32_t address)
{
    cli_say(cli, "      %-5s 0x%08x +--------------------------------------+", what, address);
}

/* One part, and the edge below it; nothing for one that is empty. */
static void part(const struct cli *cli, uint32_t end, uint32_t start, const char *what)
{
    char text[64];

    if (end <= start) {
        return;
    }
    snprintf(text, sizeof text, "%s: %u", what, end - start);
    cli_say(cli, "                       | %-36s |", text);
    edge(cli, "", start);
}

void process_map_show(const struct cli *cli, const struct device_process *process,
                      const struct link_entry *app)
{
    const struct link_process *p = &process->process;
    const struct link_detail *d = &process->detail;
    uint32_t end = p->ram_start + p->ram_size;

    edge(cli, "RAM", end);
    part(cli, end, p->grant_start, "kernel's state of it, grants");
    part(cli, p->grant_start, d->visible_end, "free, for grants and growth");
    part(cli, d->visible_end, p->app_break, "free, within its reach");
    part(cli, p->app_break, p->ram_start, "stack, data, heap");
    if (app == NULL) {
        return;
    }
    cli_say(cli, "            asked for: %u; the kernel sets aside %u; wasted by rounding: %u",
            app->min_ram, d->kept, device_ram_waste(process, app->min_ram));
    edge(cli, "flash", app->app.address + app->extent);
    part(cli, app->app.address + app->extent, app->app.address + app->size, "wasted by rounding");
    part(cli, app->app.address + app->size, app->app.address, "header, code, credentials");
}
