// SPDX-License-Identifier: Apache-2.0
/* The board's devices, for the kernel. */
#include "board.h"
#include "geometry.h"
#include "handoff.h"

#include <chips/cmsdk_watchdog.h>
#include <chips/mps2_panel.h>
#include <kernel/arch.h>

#define NVIC_ENABLE      (*(volatile uint32_t *)0xE000E100u)
#define NVIC_PRIORITY(n) (*(volatile uint8_t *)(0xE000E400u + (n)))
#define SCB_AIRCR        (*(volatile uint32_t *)0xE000ED0Cu)
#define RESET_KEY        0x05FA0004u

#define UART_DATA  (*(volatile uint32_t *)BOARD_UART0)
#define UART_STATE (*(volatile uint32_t *)(BOARD_UART0 + 4u))
#define UART_FULL  1u

enum { PRIORITY_INTERRUPT = 0x80 };

static uint8_t receive_ring[4352];
static uint8_t transmit_ring[CMSDK_UART_TRANSMIT_RING];

struct cmsdk_uart board_uart = {
    .base = BOARD_UART0,
    .clock = BOARD_CLOCK_HZ,
    .interrupts = (1u << BOARD_IRQ_UART0_RX) | (1u << BOARD_IRQ_UART0_TX),
    .receive = receive_ring,
    .receive_size = sizeof receive_ring,
    .transmit = transmit_ring,
};

/* The kernel changes apps, storage, journal and the slot that it does not run from. */
static const struct mapped_flash_range writeable[] = {
    {BOARD_IDLE_SLOT, MAP_SLOT_SIZE},
    {MAP_JOURNAL_START, MAP_JOURNAL_SIZE},
    {MAP_STORAGE_START, MAP_ATTRIBUTES_START - MAP_STORAGE_START},
    {MAP_APPS_START, MAP_APPS_SIZE},
};

struct mapped_flash board_flash = {
    .flash.geometry = &board_geometry,
    .writeable = writeable,
    .writeable_count = sizeof writeable / sizeof writeable[0],
    .memory = (uint8_t *)MAP_FLASH_START,
    .open = arch_flash_write_begin,
    .close = arch_flash_write_end,
};

void board_devices_init(void)
{
    cmsdk_uart_init(&board_uart);
    mapped_flash_init(&board_flash);
    mps2_panel_init(MAP_PANEL_START);
    NVIC_PRIORITY(BOARD_IRQ_UART0_RX) = PRIORITY_INTERRUPT;
    NVIC_PRIORITY(BOARD_IRQ_UART0_TX) = PRIORITY_INTERRUPT;
    NVIC_PRIORITY(BOARD_IRQ_TIMER0) = PRIORITY_INTERRUPT;
    NVIC_ENABLE =
        (1u << BOARD_IRQ_UART0_RX) | (1u << BOARD_IRQ_UART0_TX) | (1u << BOARD_IRQ_TIMER0);
}

void board_uart_interrupt(void)
{
    cmsdk_uart_interrupt(&board_uart);
}

void board_print_now(const char *text)
{
    for (; *text != '\0'; text++) {
        while ((UART_STATE & UART_FULL) != 0) {
        }
        UART_DATA = (uint8_t)*text;
    }
}

void board_watchdog_stop(void)
{
    cmsdk_watchdog_stop(BOARD_WATCHDOG);
}

_Noreturn void board_reset(void)
{
    handoff_set(HANDOFF_EARLY, 0); /* not by hand */
    SCB_AIRCR = RESET_KEY;
    for (;;) {
    }
}
