// SPDX-License-Identifier: Apache-2.0
/* The usual kernel: what is typed goes to the apps. */
#include "board.h"

#include <kernel/console.h>

void board_typed(uint8_t byte)
{
    console_typed(byte);
}

void board_line_ready(void)
{
    console_ready();
}
