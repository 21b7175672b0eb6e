// SPDX-License-Identifier: Apache-2.0
/* What the kernel (main.c) wants of a board, which has it in devices.c and capsules.c. Kernel loop,
 * but for the last words. */
#ifndef BOARDS_KERNEL_HOOKS_H
#define BOARDS_KERNEL_HOOKS_H

#include <kernel/kernel.h>
#include <kernel/loader.h>

#include "memory_map.h"

/** Which slot the kernel is linked for, and the other. */
#ifndef BOARD_SLOT
#define BOARD_SLOT MAP_SLOT_A
#endif
#define BOARD_IDLE_SLOT (MAP_SLOT_A + MAP_SLOT_B - BOARD_SLOT)

/** How a host raises the rate of the serial line: &service_rate, or NULL where the kernel's budget
 * has no room for it. */
#ifndef BOARD_LINE_RAISE
#define BOARD_LINE_RAISE NULL
#endif

/** What the kernel's store uses of the flash: with storage capsules, a view that it shares with
 * them. */
extern const struct hil_flash *const board_store_flash;
/** How apps that write their own flash are recognised at boot; NULL where they cannot. */
extern const struct loader_boot_digest *const board_boot_digest;
/** Which capsules the kernel has (capsules.c, or another table for another image). */
extern const struct kernel_capsule board_capsules[];

/** Who gets what is typed: the apps' console, or the text shell (typed.c, shell.c). */
void board_typed(uint8_t byte);
/** Who is told that the line has room again. */
void board_line_ready(void);

/** Sets up the drivers, interrupts still masked in the NVIC. Before kernel_init(). */
void board_devices_init(void);
/** A kernel on trial has confirmed itself: the watchdog lets it be. */
void board_watchdog_stop(void);
/** Prints without interrupts, waiting for the line; for last words. Any context. */
void board_print_now(const char *text);
/** Restarts the board. Any context. */
_Noreturn void board_reset(void);

#endif
