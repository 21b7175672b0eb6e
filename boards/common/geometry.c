// SPDX-License-Identifier: Apache-2.0
#include "geometry.h"

#include "memory_map.h"
#include "pins.h"

static const struct hil_flash_run runs[] = {{MAP_FLASH_PAGE, MAP_FLASH_SIZE / MAP_FLASH_PAGE}};

const struct hil_flash_geometry board_geometry = {
    .base = MAP_FLASH_START,
    .runs = runs,
    .run_count = 1,
    .write_unit = 4,
    .erase_value = 0xFF,
    .programs_per_unit = 1,
    .longest_stall_us = BOARD_FLASH_STALL_US,
};
