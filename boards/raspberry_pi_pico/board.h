// SPDX-License-Identifier: Apache-2.0
/* What the kernel's files for this board share. */
#ifndef RASPBERRY_PI_PICO_BOARD_H
#define RASPBERRY_PI_PICO_BOARD_H

#include <chips/rp2040_alarm.h>
#include <chips/rp2040_clocks.h>
#include <chips/rp2040_uart.h>
#include <chips/rp2040_watchdog.h>
#include <hil/gpio.h>
#include <hil/led.h>
#include <hil/serial.h>
#include <kernel/kernel.h>
#include <kernel/loader.h>

#include "kernel_lines.h"
#include "memory_map.h"
#include "pins.h"
#include "usb_port.h"

/** Which slot the kernel is linked for, and the other. */
#ifndef BOARD_SLOT
#define BOARD_SLOT MAP_SLOT_A
#endif
#define BOARD_IDLE_SLOT (MAP_SLOT_A + MAP_SLOT_B - BOARD_SLOT)

/** What the kernel's store uses of it: a view that it shares with the storage capsules. */
extern const struct hil_flash *const board_store_flash;
/** How apps that write their own flash are recognised at boot. */
extern const struct loader_boot_digest *const board_boot_digest;

/** The pins that apps may use. */
extern const struct hil_gpio board_gpio;
/** The lamp on the board. */
extern const struct hil_led board_led;
/** The interrupt of the pins. */
void board_gpio_interrupt(void);

/** Which capsules the kernel has (capsules.c). */
extern const struct kernel_capsule board_capsules[];

/** Who gets what is typed: the apps' console, or the text shell (typed.c, shell.c). */
void board_typed(uint8_t byte);
/** Who is told that the line has room again. */
void board_line_ready(void);

/** The serial line, and what the flash protocol and the console are on: it and USB. */
#define BOARD_UART   rp2040_uart
#define BOARD_SERIAL kernel_lines

/** The time, and how many a second its ticks are. */
#define BOARD_ALARM rp2040_alarm
#define BOARD_HZ    RP2040_SYSTEM_HZ

/** Which scheduler the kernel has. */
#define BOARD_SCHEDULER scheduler_round_robin

/** Sets up clocks and drivers. Before kernel_init(). */
void board_devices_init(void);
/** Restarts the board. */
_Noreturn void board_reset(void);
/** Prints without interrupts, waiting for the line. */
#define board_print_now rp2040_uart_print_now
/** A kernel on trial has confirmed itself: the watchdog lets it be. */
#define board_watchdog_stop rp2040_watchdog_stop

#endif
