// SPDX-License-Identifier: Apache-2.0
/* The bootloader with the UART alone. */
#include "boot_lines.h"

#include "pins.h"

const struct boot_transport boot_lines[BOOT_LINES] = {
    {&boot_line.serial, BOARD_LINE_RATE, BOARD_LINE_RATE_MAX}};
