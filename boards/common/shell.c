// SPDX-License-Identifier: Apache-2.0
/* A kernel with the text shell: GANTRY_SHELL. */
#include "board.h"

#include <kernel/shell.h>

void board_typed(uint8_t byte)
{
    shell_typed(byte);
}

void board_line_ready(void)
{
    shell_ready();
}
