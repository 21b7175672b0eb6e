// SPDX-License-Identifier: Apache-2.0
/* The capsules of mps2_an386: every one that the board has a device for. */
#include "board.h"

#include <chips/mps2_panel.h>
#include <kernel/capsules.h>
#include <kernel/service.h>

static const struct kernel_storage storage = {
    .share = &board_flash_share,
    .swap = {&storage_view.flash, MAP_STORAGE_START, MAP_STORAGE_SPARES},
    .kv = {&storage_swap, MAP_KV_START, MAP_KV_REGIONS},
    .nonvolatile = {MAP_NONVOLATILE_START, MAP_NONVOLATILE_SIZE},
    .isolated = {MAP_ISOLATED_START, MAP_ISOLATED_SIZE},
};

const struct kernel_capsule board_capsules[] = {
    {&alarm_driver, NULL},
    {&console_driver, &service_line},
    {&led_driver, &mps2_leds},
    {&button_driver, &board_buttons},
    {&debug_driver, &service_line},
    {&rng_driver, &mps2_entropy},
    {&process_info_driver, NULL},
    {&read_only_state_driver, NULL},
    {&ipc_driver, NULL},
    {&key_value_driver, &storage},
    {&isolated_storage_driver, &storage},
    {&nonvolatile_driver, &storage},
    {&app_flash_driver, &storage},
};
const uint8_t board_capsule_count = sizeof board_capsules / sizeof board_capsules[0];
