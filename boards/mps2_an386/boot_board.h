// SPDX-License-Identifier: Apache-2.0
/* What the bootloader's files for this board share. */
#ifndef MPS2_AN386_BOOT_BOARD_H
#define MPS2_AN386_BOOT_BOARD_H

#include <bootloader/bootloader.h>
#include <chips/cmsdk_uart.h>
#include <chips/mapped_flash.h>
#include <chips/mps2_alarm.h>

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

/** Whether the strap asks for recovery. Not before boot_devices_init(). */
bool boot_strap(void);
/** Starts the watchdog that ends a kernel on trial. */
void boot_watchdog(void);
/** Sets up the drivers, interrupts still masked in the NVIC. */
void boot_devices_init(void);
/** Lets the interrupts of UART and alarm through. */
void boot_interrupts_enable(void);
/** Restarts the board. */
_Noreturn void boot_restart(void);
/** Starts over; of boot_main.c, for faults. @param recover  and stays in recovery */
void boot_reset(bool recover);

#endif
