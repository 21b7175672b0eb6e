// SPDX-License-Identifier: Apache-2.0
/* The capsules of mps2_an386: every one that the board has a device for. */
#include "board.h"

#include <chips/mps2_cycles.h>
#include <chips/mps2_panel.h>
#include <chips/mps2_pins.h>
#include <kernel/capsules.h>
#include <kernel/service.h>

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
};
const uint8_t board_capsule_count = sizeof board_capsules / sizeof board_capsules[0];
