// SPDX-License-Identifier: Apache-2.0
/* What the kernel's files for this board share. */
#ifndef RASPBERRY_PI_PICO_BOARD_H
#define RASPBERRY_PI_PICO_BOARD_H

#include <chips/rp2040_alarm.h>
#include <chips/rp2040_clocks.h>
#include <chips/rp2040_uart.h>
#include <hil/gpio.h>
#include <hil/led.h>
#include <hil/serial.h>

#include "kernel_hooks.h"
#include "kernel_lines.h"
#include "memory_map.h"
#include "pins.h"
#include "usb_port.h"

/** The pins that apps may use. */
extern const struct hil_gpio board_gpio;
/** The lamp on the board. */
extern const struct hil_led board_led;
/** The interrupt of the pins. */
void board_gpio_interrupt(void);

/** The serial line, and what the flash protocol and the console are on: it and USB. */
#define BOARD_UART   rp2040_uart
#define BOARD_SERIAL kernel_lines

/** The time, and how many a second its ticks are. */
#define BOARD_ALARM rp2040_alarm
#define BOARD_HZ    RP2040_SYSTEM_HZ

/** Which scheduler the kernel has. */
#define BOARD_SCHEDULER scheduler_round_robin

#endif
