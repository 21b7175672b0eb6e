// SPDX-License-Identifier: Apache-2.0
/* What the bootloader's files for this board share. */
#ifndef MPS2_AN386_BOOT_BOARD_H
#define MPS2_AN386_BOOT_BOARD_H

#include <bootloader/bootloader.h>
#include <chips/cmsdk_uart.h>
#include <chips/mapped_flash.h>
#include <chips/mps2_alarm.h>

#include "boot_hooks.h"
#include "memory_map.h"
#include "pins.h"
#include "usb_port.h"

/** The whole flash, of which the bootloader may change kernels, journal and, for Tock's tool, apps.
 */
extern struct mapped_flash board_flash;
#define BOOT_FLASH board_flash.flash
/** The serial line. */
extern struct cmsdk_uart boot_uart;
#define BOOT_UART  boot_uart.serial
#define BOOT_ALARM mps2_alarm
/** Where the flags are that Tock's tool reads at MAP_FLAGS_START. */
#define BOOT_FLAGS MAP_FLAGS_START
/** Whether flash can change behind the bootloader's back: not here. */
#define BOOT_REHASH false

#endif
