// SPDX-License-Identifier: Apache-2.0
/* What the kernel's and the bootloader's files for this board share. */
#ifndef MPS2_AN386_BOARD_H
#define MPS2_AN386_BOARD_H

#include <hil/button.h>
#include <hil/flash.h>
#include <hil/gpio.h>
#include <hil/serial.h>
#include <kernel/kernel.h>

#include "memory_map.h"
#include "pins.h"

/** The serial line. */
extern const struct hil_serial *const board_serial;
/** Flash; the kernel may change the journal and the app region, the bootloader the slots as well.
 */
extern const struct hil_flash *const board_flash;

/** The front panel's buttons. */
extern const struct hil_button board_buttons;
/** The front panel's pins. */
extern const struct hil_gpio board_gpio;
/** Which capsules the kernel has (capsules.c, or another table for another image). */
extern const struct kernel_capsule board_capsules[];
extern const uint8_t board_capsule_count;

/** Sets up the drivers, interrupts still masked in the NVIC. */
void board_devices_init(void);
/** The serial line's interrupts. */
void board_uart_interrupt(void);
/** Prints without interrupts, waiting for the line. */
void board_print_now(const char *text);
/** Prints a label and a number. */
void board_print_hex(const char *label, uint32_t value);
/** Restarts the board. */
_Noreturn void board_reset(void);

#endif
