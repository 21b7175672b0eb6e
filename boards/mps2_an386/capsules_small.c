// SPDX-License-Identifier: Apache-2.0
/* The capsules that any board has, for the small kernel: its size is what the others cost nothing
 * of. */
#include "board.h"

#include <chips/mps2_panel.h>
#include <kernel/capsules.h>
#include <kernel/service.h>

const struct kernel_capsule board_capsules[] = {
    {&alarm_driver, NULL},          {&console_driver, &service_line},
    {&led_driver, &mps2_leds},      {&button_driver, &board_buttons},
    {&debug_driver, &service_line}, {&rng_driver, &mps2_entropy},
    {&process_info_driver, NULL},   {NULL, NULL},
};

const struct hil_flash *const board_store_flash = &board_flash.flash;
const struct loader_boot_digest *const board_boot_digest = NULL;
