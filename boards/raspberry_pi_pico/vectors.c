// SPDX-License-Identifier: Apache-2.0
/* The kernel's vector table. It lies at the start of the image: slot address + MAP_KERNEL_OFFSET.
 */
#include "board.h"

#include <chips/rp2040_alarm.h>
#include <chips/rp2040_gpio.h>
#include <chips/rp2040_uart.h>
#include <chips/rp2040_usb.h>

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

/* Sixteen exceptions of the core, then the chip's interrupts (RP2040 Datasheet, 2.3.2). */
typedef void vector(void);

__attribute__((section(".vectors"), used)) vector *const vectors[16 + 32] = {
    [0] = (vector *)image_stack_top,
    [1] = reset_handler,
    [2] = unexpected,
    [3] = arch_fault_handler,
    [11] = arch_svc_handler,
    [14] = arch_pendsv_handler,
    [15] = arch_tick_handler,
    [16 + BOARD_IRQ_TIMER] = rp2040_alarm_interrupt,
    [16 + RP2040_IRQ_USB] = rp2040_usb_interrupt,
    [16 + RP2040_IRQ_GPIO] = board_gpio_interrupt,
    [16 + RP2040_IRQ_UART0] = rp2040_uart_interrupt,
};
