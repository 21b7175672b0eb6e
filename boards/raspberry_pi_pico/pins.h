// SPDX-License-Identifier: Apache-2.0
/* Wiring of raspberry_pi_pico (Raspberry Pi Pico Datasheet, 2.1). */
#ifndef RASPBERRY_PI_PICO_PINS_H
#define RASPBERRY_PI_PICO_PINS_H

#include <chips/rp2040_flash.h>

#define BOARD_NAME           "raspberry_pi_pico"
#define BOARD_ARCH           "cortex-m0"
#define BOARD_PIN_TX         0u
#define BOARD_PIN_RX         1u
#define BOARD_PIN_STRAP      22u /* to ground at a start: stay in the bootloader */
#define BOARD_PIN_LED        25u
#define BOARD_FLASH_STALL_US RP2040_FLASH_STALL_US
#define BOARD_LINE_RATE      115200u
#define BOARD_LINE_RATE_MAX  921600u
#define BOARD_IRQ_TIMER      0

/* Seconds that a kernel on trial has to confirm itself: what the watchdog can count. */
#define BOARD_TRIAL_S 8u

/* Pins that apps do not get: the above, those of the supply (23, 24, 29), and those that are
 * channels of the converter (26 to 28). */
#define BOARD_PINS_MISSING                                                                         \
    ((1u << BOARD_PIN_TX) | (1u << BOARD_PIN_RX) | (1u << BOARD_PIN_STRAP) |                       \
     (1u << BOARD_PIN_LED) | (1u << 23) | (1u << 24) | (1u << 26) | (1u << 27) | (1u << 28) |      \
     (1u << 29))

#endif
