// SPDX-License-Identifier: Apache-2.0
#include "../../boards/raspberry_pi_pico/memory_map.h"
#include "board_map.h"

extern const struct board board_raspberry_pi_pico;
const struct board board_raspberry_pi_pico = BOARD_OF_MAP(
    "raspberry_pi_pico", "cortex-m0",
    .probe = {.openocd = "interface/cmsis-dap.cfg,adapter speed 5000,target/rp2040.cfg",
              .pyocd = "rp2040",
              .jlink = "RP2040_M0_0"});
