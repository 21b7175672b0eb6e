// SPDX-License-Identifier: Apache-2.0
/* The kernel's vector table. It lies at the start of the image: slot address + MAP_KERNEL_OFFSET.
 */
#include "board.h"

#include <chips/mps2_alarm.h>

#include <stdint.h>

/* startup.S, linker script, kernel/arch */
extern uint32_t image_stack_top[];
void reset_handler(void);
void arch_svc_handler(void);
void arch_pendsv_handler(void);
void arch_tick_handler(void);
void arch_fault_handler(void);

/* A non-maskable interrupt, or one that nobody enabled. */
static void unexpected(void)
{
    kernel_panic("unexpected interrupt", NULL);
}

/* Sixteen exceptions of the core, then the board's interrupts (Arm application note AN386, table
 * 3-2) up to the last that is enabled. */
typedef void vector(void);

__attribute__((section(".vectors"), used)) vector *const vectors[16 + BOARD_IRQ_TIMER0 + 1] = {
    [0] = (vector *)image_stack_top,
    [1] = reset_handler,
    [2] = unexpected,
    [3] = arch_fault_handler,
    [4] = arch_fault_handler,
    [5] = arch_fault_handler,
    [6] = arch_fault_handler,
    [11] = arch_svc_handler,
    [12] = unexpected,
    [14] = arch_pendsv_handler,
    [15] = arch_tick_handler,
    [16 + BOARD_IRQ_UART0_RX] = board_uart_interrupt,
    [16 + BOARD_IRQ_UART0_TX] = board_uart_interrupt,
    [16 + BOARD_IRQ_UART1_RX] = BOARD_USB_INTERRUPT,
    [16 + BOARD_IRQ_TIMER0] = mps2_alarm_interrupt,
};
