// SPDX-License-Identifier: Apache-2.0
#include "map.h"

#include <stdio.h>
#include <string.h>

#include "../offline/move.h"
#include "../offline/protection.h"
#include "../posix/emulator.h"
#include "offline.h"
#include "relocate.h"

/* The board that a device says it is; false: nothing is known of it. */
static int find_board(struct device *device, struct board *board, bool *found)
{
    struct cli *cli = device->cli;
    char name[160];
    int code = EXIT_DONE;

    *found = true;
    if (device->line.offline != NULL) {
        *board = *offline_board(device->line.offline);
        board->geometry.runs = board->run;
        return code;
    }
    device_name(&device->info.board, name, sizeof name);
    for (size_t i = 0; boards[i] != NULL; i++) {
        if (strcmp(boards[i]->name, name) == 0) {
            return board_find(cli, name, board);
        }
    }
    *found = false;
    if (cli->board != NULL && cli->board[0] != '\0') {
        code = board_find(cli, cli->board, board);
        *found = code == EXIT_DONE && strcmp(board->name, name) == 0;
    }
    return code;
}

/* Which apps have to stay, as far as that can be known. */
static int find_hold(struct device *device, bool whole, struct plan_app *app)
{
    int error;

    app->hold = PLAN_MOVABLE;
    if (device->line.offline == NULL) {
        return EXIT_DONE;
    }
    error = offline_hold(device->line.offline, app->address, whole, &app->hold);
    return error != 0 ? device_fail_offline(device, error, device->line.name) : EXIT_DONE;
}

int device_map(struct device *device, bool whole, struct device_map *map)
{
    const struct link_info *info = &device->info;
    struct plan_room room;
    int code;

    *map = (struct device_map){.certain = device->line.offline != NULL};
    code = find_board(device, &map->board, &map->known);
    if (code != EXIT_DONE || !map->known) {
        return code;
    }
    map->map = (struct plan_map){.geometry = &map->board.geometry,
                                 .rules = protection_rules(&map->board),
                                 .region = map->board.apps};
    map->known =
        info->flash_start == map->board.apps.address && info->flash_size == map->board.apps.size;
    for (size_t i = 0; i < device->app_count && map->known && code == EXIT_DONE; i++) {
        const struct link_entry *e = &device->app[i];
        struct plan_app app = {.address = e->app.address, .space = e->extent, .size = e->size};

        code = find_hold(device, whole, &app);
        map->known = plan_add(&map->map, &app);
    }
    if (code == EXIT_DONE && map->known) {
        plan_measure(&map->map, &room);
        map->known = room.free == info->flash_free && room.largest == info->flash_largest;
    }
    return code;
}

const char *device_compact_command(const struct device *device, char *text, size_t size)
{
    if (device->line.offline == NULL && relocate_is_known(device)) {
        snprintf(text, size, "loader-cli -d %s compact --from PACKAGES", device->line.name);
        return text;
    }
    return device_compact_still_command(device, text, size);
}

const char *device_compact_still_command(const struct device *device, char *text, size_t size)
{
    const char *name = device->line.name;
    char board[160];
    struct emulator emulator;

    if (device->line.offline != NULL) {
        snprintf(text, size, "loader-cli -d %s compact", name);
    } else if (strncmp(name, "emu:", 4) == 0 && emulator_locate(name + 4, &emulator)) {
        snprintf(text, size, "loader-cli -d %s emu stop && loader-cli -d file:%s compact", name,
                 emulator.flash);
    } else {
        snprintf(text, size, "loader-cli -d gdb:HOST:PORT --board %s compact",
                 device_name(&device->info.board, board, sizeof board));
    }
    return text;
}
