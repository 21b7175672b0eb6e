// SPDX-License-Identifier: Apache-2.0
#include "../../boards/raspberry_pi_pico/memory_map.h"
#include "board_map.h"

extern const struct board board_raspberry_pi_pico;
const struct board board_raspberry_pi_pico = BOARD_OF_MAP("raspberry_pi_pico", "cortex-m0");
