// SPDX-License-Identifier: Apache-2.0
/* Wiring of mps2_an386: addresses and interrupt numbers (Arm application note AN386). */
#ifndef MPS2_AN386_PINS_H
#define MPS2_AN386_PINS_H

#define BOARD_NAME           "mps2_an386"
#define BOARD_ARCH           "cortex-m4"
#define BOARD_CLOCK_HZ       25000000u
#define BOARD_UART0          0x40004000u
#define BOARD_IRQ_UART0_RX   0
#define BOARD_IRQ_UART0_TX   1
#define BOARD_UART1          0x40005000u /* the virtual USB controller */
#define BOARD_IRQ_UART1_RX   2
#define BOARD_IRQ_TIMER0     8
#define BOARD_WATCHDOG       0x40008000u
#define BOARD_FLASH_STALL_US 0u
#define BOARD_LINE_RATE      115200u
#define BOARD_LINE_RATE_MAX  921600u

/* Seconds that a kernel on trial has to confirm itself. */
#define BOARD_TRIAL_S 12u

#endif
