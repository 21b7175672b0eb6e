// SPDX-License-Identifier: Apache-2.0
/* The flash of a board in pages, for the drivers of kernel and bootloader. */
#ifndef BOARDS_GEOMETRY_H
#define BOARDS_GEOMETRY_H

#include <hil/flash.h>

/** All of it, MAP_FLASH_START onwards. */
extern const struct hil_flash_geometry board_geometry;

#endif
