// SPDX-License-Identifier: Apache-2.0
/* What the commands about bytes of flash share. */
#ifndef COMMANDS_FLASH_H
#define COMMANDS_FLASH_H

#include "../cli/cli.h"
#include "../offline/board.h"

/** Whether bytes are inside a board's flash, one at least. @return EXIT_DONE or EXIT_USAGE;
 * reported */
int flash_check_inside(struct cli *cli, const struct board *board, uint32_t address,
                       uint32_t length);

#endif
