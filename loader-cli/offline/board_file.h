// SPDX-License-Identifier: Apache-2.0
#ifndef OFFLINE_BOARD_FILE_H
#define OFFLINE_BOARD_FILE_H

#include "board.h"

/**
 * Reads the description of a board from a JSON file, and checks it: no field that there is not,
 * everything inside the flash, on pages, apart.
 * @param board  receives it; must stay where it is, for it points into itself
 * @return an exit code; reported, with the field that is wrong
 */
int board_file_read(struct cli *cli, const char *path, struct board *board);

#endif
