// SPDX-License-Identifier: Apache-2.0
#include "member.h"

#include <stdio.h>
#include <string.h>

void member_take_addresses(struct cli *cli, const struct member_options *options,
                           const struct elf_app *app, struct image_options *image)
{
    if (app->app_start != 0 && image->app_start != 0 && app->app_start != image->app_start) {
        cli_note(cli, "note: %s says itself that %u bytes lie before its code", options->path,
                 app->app_start);
    }
    if (image->fixed_ram == TBF_NO_FIXED_ADDRESS && app->ram_address != 0) {
        image->fixed = true;
        image->fixed_ram = app->ram_address;
    }
    if (app->position_independent) {
        return;
    }
    image->fixed = true;
    if (image->fixed_flash == TBF_NO_FIXED_ADDRESS) {
        image->fixed_flash = app->flash_address;
    }
    if (image->fixed_ram == TBF_NO_FIXED_ADDRESS) {
        cli_note(cli,
                 "note: %s does not say where its RAM begins (symbol _sram_origin): --ram-address",
                 options->path);
    }
}

int member_name(struct cli *cli, const char *architecture, const struct elf_app *app,
                const struct member_options *options, const struct image_options *image,
                struct tab *tab)
{
    struct tab_member *member = &tab->member[tab->count];

    if (image->kernel) {
        snprintf(member->name, sizeof member->name, "%.40s.0x%08x.tbf", options->board,
                 image->slot_address);
    } else if (!app->position_independent && strchr(architecture, '.') == NULL &&
               image->fixed_ram != TBF_NO_FIXED_ADDRESS) {
        snprintf(member->name, sizeof member->name, "%.30s.0x%08x.0x%08x.tbf", architecture,
                 image->fixed_flash, image->fixed_ram);
    } else {
        snprintf(member->name, sizeof member->name, "%.58s.tbf", architecture);
    }
    for (size_t i = 0; i < tab->count; i++) {
        if (strcmp(tab->member[i].name, member->name) == 0) {
            return cli_fail(cli, EXIT_USAGE, "name the architecture of each: hello.elf,cortex-m0",
                            "two files are both %s", member->name);
        }
    }
    return EXIT_DONE;
}
