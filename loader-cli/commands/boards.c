// SPDX-License-Identifier: Apache-2.0
/* boards: whose flash the tool knows its way in. */
#include <stdio.h>
#include <string.h>

#include "../offline/board.h"
#include "commands.h"

static json_t *extent(const struct store_extent *e)
{
    return json_pack("{s:I, s:I}", "address", (json_int_t)e->address, "size", (json_int_t)e->size);
}

/* In the words of a board's description (docs/offline.md), so that one can be made of it. */
static json_t *describe(const struct board *board)
{
    json_t *runs = json_array();
    json_t *slots = json_array();
    json_t *object;

    for (uint8_t i = 0; i < board->geometry.run_count; i++) {
        json_array_append_new(runs, json_pack("{s:I, s:I}", "page_size",
                                              (json_int_t)board->run[i].page_size, "page_count",
                                              (json_int_t)board->run[i].page_count));
    }
    for (size_t i = 0; i < BOARD_SLOTS && board->slot[i].size != 0; i++) {
        json_array_append_new(slots, extent(&board->slot[i]));
    }
    object =
        json_pack("{s:s, s:s, s:{s:I, s:i, s:i, s:o}, s:[o, o], s:o, s:o, s:I, s:i, s:b}", "name",
                  board->name, "architecture", board->architecture, "flash", "base",
                  (json_int_t)board->geometry.base, "write_unit", (int)board->geometry.write_unit,
                  "erase_value", (int)board->geometry.erase_value, "runs", runs, "journal",
                  extent(&board->journal[0]), extent(&board->journal[1]), "slots", slots, "apps",
                  extent(&board->apps), "app_ram", (json_int_t)board->app_ram_size, "identities",
                  (int)board->identities_max, "regions", (int)board->regions);
    if (board->values.size != 0) {
        json_object_set_new(object, "storage",
                            json_pack("{s:o, s:o}", "values", extent(&board->values), "spares",
                                      extent(&board->spares)));
    }
    return object;
}

static void say_extent(const struct cli *cli, const char *name, const struct store_extent *e)
{
    if (e->size != 0) {
        cli_say(cli, "%-13s 0x%08x  %u bytes", name, e->address, e->size);
    }
}

static void show(const struct cli *cli, const struct board *board)
{
    cli_say(cli, "%-13s %s", "name", board->name);
    cli_say(cli, "%-13s %s", "architecture", board->architecture);
    cli_say(cli, "%-13s 0x%08x  %u bytes, written in units of %u, erased 0x%02x", "flash",
            board->geometry.base, hil_flash_size(&board->geometry), board->geometry.write_unit,
            board->geometry.erase_value);
    for (uint8_t i = 0; i < board->geometry.run_count; i++) {
        cli_say(cli, "%-13s %u of %u bytes", "pages", board->run[i].page_count,
                board->run[i].page_size);
    }
    say_extent(cli, "journal", &board->journal[0]);
    say_extent(cli, "", &board->journal[1]);
    say_extent(cli, "kernel slots", &board->slot[0]);
    say_extent(cli, "", &board->slot[1]);
    say_extent(cli, "spare pages", &board->spares);
    say_extent(cli, "stored values", &board->values);
    say_extent(cli, "apps", &board->apps);
    cli_say(cli, "%-13s %u bytes", "RAM for apps", board->app_ram_size);
    cli_say(cli, "%-13s %u", "identities", board->identities_max);
}

static int run(struct cli *cli, int count, const char **argument)
{
    json_t *list = json_array();
    struct board board;
    int code = EXIT_DONE;

    json_object_set_new(cli->result, "boards", list);
    if (count > 1) {
        return cli_fail(cli, EXIT_USAGE, NULL, "boards takes the name of one, or nothing");
    }
    if (count == 1) {
        code = board_find(cli, argument[0], &board);
        if (code == EXIT_DONE) {
            show(cli, &board);
            json_array_append_new(list, describe(&board));
        }
        return code;
    }
    cli_say(cli, "%-20s %-12s %-10s %9s %-10s %8s %8s", "NAME", "ARCHITECTURE", "FLASH", "SIZE",
            "APPS", "SIZE", "RAM");
    for (size_t i = 0; code == EXIT_DONE && boards[i] != NULL; i++) {
        code = board_find(cli, boards[i]->name, &board);
        cli_say(cli, "%-20s %-12s 0x%08x %9u 0x%08x %8u %8u", board.name, board.architecture,
                board.geometry.base, hil_flash_size(&board.geometry), board.apps.address,
                board.apps.size, board.app_ram_size);
        json_array_append_new(list, describe(&board));
    }
    return code;
}

const struct command command_boards = {
    .name = "boards",
    .group = "Flash",
    .summary = "Show the boards that are built in, or all that is known of one",
    .usage = "[BOARD]",
    .help =
        "They are what --board can name; any other needs a description in a file, which is shown "
        "as well.\nWith --json they are in the words of such a file (docs/offline.md).\n\n"
        "  loader-cli boards raspberry_pi_pico",
    .run = run,
};
