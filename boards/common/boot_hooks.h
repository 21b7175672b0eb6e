// SPDX-License-Identifier: Apache-2.0
/* What the bootloader (boot_main.c) wants of a board, which has it in boot_devices.c. Called with
 * interrupts on, by nobody else. */
#ifndef BOARDS_BOOT_HOOKS_H
#define BOARDS_BOOT_HOOKS_H

#include <stdbool.h>

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

/**
 * The other way round: the bootloader starts over, as after a fault. Any context.
 * @param recover  and then stays in recovery
 */
void boot_reset(bool recover);

#endif
