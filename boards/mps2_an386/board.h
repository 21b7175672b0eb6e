// SPDX-License-Identifier: Apache-2.0
/* What the kernel's and the bootloader's files for this board share. */
#ifndef MPS2_AN386_BOARD_H
#define MPS2_AN386_BOARD_H

#include <hil/button.h>
#include <hil/flash_share.h>
#include <hil/serial.h>
#include <kernel/kernel.h>

#include "memory_map.h"
#include "pins.h"

/** The serial line. */
extern const struct hil_serial *const board_serial;
/** Flash, the store's view of it. The kernel may change journal, storage and app region, the
 * bootloader the slots as well. */
extern const struct hil_flash *const board_flash;
/** The flash under that view, for others that want one. */
extern struct hil_flash_share board_flash_share;

/** The front panel's buttons. */
extern const struct hil_button board_buttons;
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
