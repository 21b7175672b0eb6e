// SPDX-License-Identifier: Apache-2.0
#include "../../boards/mps2_an386/memory_map.h"
#include "board_map.h"

extern const struct board board_mps2_an386;
const struct board board_mps2_an386 =
    BOARD_OF_MAP("mps2_an386", "cortex-m4", .probe = {.openocd = ""});
