// SPDX-License-Identifier: Apache-2.0
/* What the kernel's files for this board share. */
#ifndef MPS2_AN386_BOARD_H
#define MPS2_AN386_BOARD_H

#include <chips/cmsdk_uart.h>
#include <chips/mapped_flash.h>
#include <chips/mps2_alarm.h>
#include <hil/button.h>
#include <hil/gpio.h>
#include <hil/serial.h>

#include "kernel_hooks.h"
#include "kernel_lines.h"
#include "memory_map.h"
#include "pins.h"
#include "usb_port.h"

/** Which scheduler the kernel has; an image can be built with another. */
#ifndef BOARD_SCHEDULER
#define BOARD_SCHEDULER scheduler_round_robin
#endif

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

/** The front panel's buttons. */
extern const struct hil_button board_buttons;
/** The front panel's pins. */
extern const struct hil_gpio board_gpio;

/** The serial line's interrupts. */
void board_uart_interrupt(void);

#endif
