// SPDX-License-Identifier: Apache-2.0
/* What the kernel's and the bootloader's files for this board share. */
#ifndef MPS2_AN386_BOARD_H
#define MPS2_AN386_BOARD_H

#include <chips/cmsdk_uart.h>
#include <chips/mapped_flash.h>
#include <chips/mps2_alarm.h>
#include <hil/button.h>
#include <hil/gpio.h>
#include <hil/serial.h>
#include <kernel/kernel.h>
#include <kernel/loader.h>

#include "kernel_lines.h"
#include "memory_map.h"
#include "pins.h"
#include "usb_port.h"

/** Which scheduler the kernel has; an image can be built with another. */
#ifndef BOARD_SCHEDULER
#define BOARD_SCHEDULER scheduler_round_robin
#endif

/** Which slot the kernel is linked for, and the other. */
#ifndef BOARD_SLOT
#define BOARD_SLOT MAP_SLOT_A
#endif
#define BOARD_IDLE_SLOT (MAP_SLOT_A + MAP_SLOT_B - BOARD_SLOT)

/** The serial line. */
extern struct cmsdk_uart board_uart;
#define BOARD_UART board_uart.serial
/** What the flash protocol and the console are on; an image can be built with another. */
#ifndef BOARD_SERIAL
#define BOARD_SERIAL BOARD_UART
#endif

/** The time, and how many a second its ticks are. */
#define BOARD_ALARM mps2_alarm
#define BOARD_HZ    BOARD_CLOCK_HZ

/** The whole flash, of which the kernel may change journal, storage, app region and idle slot. */
extern struct mapped_flash board_flash;
/** What the kernel's store uses of it: with storage capsules, a view that it shares with them. */
extern const struct hil_flash *const board_store_flash;
/** How apps that write their own flash are recognised at boot; NULL where they cannot. */
extern const struct loader_boot_digest *const board_boot_digest;

/** The front panel's buttons. */
extern const struct hil_button board_buttons;
/** The front panel's pins. */
extern const struct hil_gpio board_gpio;
/** Which capsules the kernel has (capsules.c, or another table for another image). */
extern const struct kernel_capsule board_capsules[];

/** Who gets what is typed: the apps' console, or the text shell (typed.c, shell.c). */
void board_typed(uint8_t byte);
/** Who is told that the line has room again. */
void board_line_ready(void);

/** Sets up the drivers, interrupts still masked in the NVIC. */
void board_devices_init(void);
/** The serial line's interrupts. */
void board_uart_interrupt(void);
/** Prints without interrupts, waiting for the line. */
void board_print_now(const char *text);
/** A kernel on trial has confirmed itself: the watchdog lets it be. */
void board_watchdog_stop(void);
/** Restarts the board. */
_Noreturn void board_reset(void);

#endif
