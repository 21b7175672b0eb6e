// SPDX-License-Identifier: Apache-2.0
/* A board of this tree, from the memory map that was included before; for one file each. */
#ifndef OFFLINE_BOARD_MAP_H
#define OFFLINE_BOARD_MAP_H

#include "board.h"

#define BOARD_OF_MAP(NAME, ARCHITECTURE)                                                           \
    {                                                                                              \
        .name = (NAME), .architecture = (ARCHITECTURE),                                            \
        .run = {{MAP_FLASH_PAGE, MAP_FLASH_SIZE / MAP_FLASH_PAGE}},                                \
        .geometry = {.base = MAP_FLASH_START,                                                      \
                     .run_count = 1,                                                               \
                     .write_unit = 4,                                                              \
                     .erase_value = 0xFF,                                                          \
                     .programs_per_unit = 1},                                                      \
        .journal = {{MAP_JOURNAL_START, MAP_JOURNAL_SIZE / 2},                                     \
                    {MAP_JOURNAL_START + MAP_JOURNAL_SIZE / 2, MAP_JOURNAL_SIZE / 2}},             \
        .apps = {MAP_APPS_START, MAP_APPS_SIZE},                                                   \
        .slot = {{MAP_SLOT_A, MAP_SLOT_SIZE}, {MAP_SLOT_B, MAP_SLOT_SIZE}},                        \
        .values = {MAP_KV_START, MAP_KV_REGIONS * MAP_FLASH_PAGE},                                 \
        .spares = {MAP_STORAGE_START, MAP_STORAGE_SPARES * MAP_FLASH_PAGE},                        \
        .app_ram_size = MAP_APP_RAM_SIZE, .identities_max = MAP_IDENTITIES, .regions = true,       \
    }

#endif
