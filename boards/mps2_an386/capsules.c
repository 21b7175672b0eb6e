// SPDX-License-Identifier: Apache-2.0
/* The capsules of mps2_an386: every one that the board has a device for. */
#include "board.h"

#include <chips/mps2_cycles.h>
#include <chips/mps2_panel.h>
#include <chips/mps2_pins.h>
#include <crypto/crypto.h>
#include <kernel/capsules.h>
#include <kernel/loader.h>
#include <kernel/service.h>
#include <kernel/storage.h>

static struct hil_flash_share share = {.flash = &board_flash.flash};
static struct hil_flash_user store_view;

static const struct kernel_storage storage = {
    .share = &share,
    .store_view = &store_view,
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
    {&gpio_driver, &board_gpio},
    {&adc_driver, &mps2_adc},
    {&date_time_driver, &software_clock},
    {&cycle_count_driver, &mps2_cycles},
    {&read_only_state_driver, NULL},
    {&ipc_driver, NULL},
    {&crc_driver, &crypto_crc},
    {&hmac_driver, &crypto_hmac_sha256.hmac},
    {&sha_driver, &crypto_sha256},
    {&aes_driver, &crypto_aes},
    {&app_loader_driver, &loader_installer},
    {&key_value_driver, &storage},
    {&isolated_storage_driver, &storage},
    {&nonvolatile_driver, &storage},
    {&app_flash_driver, &storage},
    {NULL, NULL},
};

const struct hil_flash *const board_store_flash = &store_view.flash;
const struct loader_boot_digest *const board_boot_digest = &loader_boot_digest;
