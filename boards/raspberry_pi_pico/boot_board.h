// SPDX-License-Identifier: Apache-2.0
/* What the bootloader's files for this board share. */
#ifndef RASPBERRY_PI_PICO_BOOT_BOARD_H
#define RASPBERRY_PI_PICO_BOOT_BOARD_H

#include <bootloader/bootloader.h>
#include <chips/rp2040_alarm.h>
#include <chips/rp2040_flash.h>
#include <chips/rp2040_uart.h>

#include "boot_hooks.h"
#include "memory_map.h"
#include "pins.h"
#include "usb_port.h"

#define BOOT_FLASH board_flash.flash
#define BOOT_UART  rp2040_uart
#define BOOT_ALARM rp2040_alarm
/** Where the flags are that Tock's tool reads at MAP_FLAGS_START. */
#define BOOT_FLAGS (MAP_BOOT_START + MAP_FLAGS_START)
/** Whether flash can change behind the bootloader's back: it is a part of its own. */
#define BOOT_REHASH true

#endif
