// SPDX-License-Identifier: Apache-2.0
#include "board.h"

#include <stdio.h>
#include <string.h>

#include "board_file.h"

extern const struct board board_mps2_an386;
extern const struct board board_raspberry_pi_pico;

const struct board *const boards[] = {&board_mps2_an386, &board_raspberry_pi_pico, NULL};

const char *board_names(char *names, size_t size)
{
    names[0] = '\0';
    for (size_t i = 0; boards[i] != NULL; i++) {
        size_t used = strlen(names);

        snprintf(names + used, size - used, "%s%s", i == 0 ? "" : ", ", boards[i]->name);
    }
    return names;
}

int board_find(struct cli *cli, const char *name, struct board *board)
{
    const size_t length = strlen(name);
    char names[BOARD_NAMES_SIZE];

    if (strchr(name, '/') != NULL || (length > 5 && strcmp(name + length - 5, ".json") == 0)) {
        return board_file_read(cli, name, board);
    }
    for (size_t i = 0; boards[i] != NULL; i++) {
        if (strcmp(boards[i]->name, name) == 0) {
            *board = *boards[i];
            board->geometry.runs = board->run;
            return EXIT_DONE;
        }
    }
    return cli_fail(cli, EXIT_USAGE,
                    "a board that is not built in needs a JSON file: --board F.json",
                    "there is no board '%s' among %s", name, board_names(names, sizeof names));
}
