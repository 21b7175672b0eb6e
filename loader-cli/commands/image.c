// SPDX-License-Identifier: Apache-2.0
/* image new: the flash of a board that there is nothing in yet, in a file. */
#include <stdlib.h>
#include <string.h>

#include "../offline/board.h"
#include "../package/package.h"
#include "../posix/files.h"
#include "commands.h"

static int force;

static const struct poptOption options[] = {
    {"force", 0, POPT_ARG_NONE, &force, 0, "replace a file that is there", NULL},
    POPT_TABLEEND,
};

static int make(struct cli *cli, const char *path, const struct board *board)
{
    const uint32_t size = hil_flash_size(&board->geometry);
    uint8_t *bytes;
    int code;

    if (force == 0 && files_readable(path)) {
        return cli_fail(cli, EXIT_FAILED, "--force replaces it", "'%s' is there already", path);
    }
    bytes = malloc(size);
    if (bytes == NULL) {
        return cli_fail(cli, EXIT_MEMORY, NULL, "out of memory");
    }
    memset(bytes, board->geometry.erase_value, size);
    code = file_write(cli, path, bytes, size, false);
    free(bytes);
    if (code == EXIT_DONE) {
        cli_say(cli, "%s: %u bytes, the erased flash of %s", path, size, board->name);
        json_object_update_new(cli->result, json_pack("{s:s, s:s, s:I}", "path", path, "board",
                                                      board->name, "size", (json_int_t)size));
    }
    return code;
}

static int run(struct cli *cli, int count, const char **argument)
{
    struct board board;
    char names[BOARD_NAMES_SIZE];
    int code;

    if (count != 1) {
        return cli_fail(cli, EXIT_USAGE, "loader-cli image new --help",
                        "image new takes a file's name");
    }
    if (cli->board == NULL) {
        return cli_fail(cli, EXIT_USAGE, "--board NAME, or --board FILE.json",
                        "it has to be known of which board: one of %s, or a description",
                        board_names(names, sizeof names));
    }
    code = board_find(cli, cli->board, &board);
    return code != EXIT_DONE ? code : make(cli, argument[0], &board);
}

const struct command command_image_new = {
    .name = "image new",
    .group = "Flash",
    .summary = "Make a file with the erased flash of a board",
    .usage = "FILE",
    .help = "Apps are installed into it as into a device that does not run (docs/offline.md).\n\n"
            "  loader-cli image new flash.img --board mps2_an386\n"
            "  loader-cli -d file:flash.img install app.tab",
    .options = options,
    .run = run,
};
