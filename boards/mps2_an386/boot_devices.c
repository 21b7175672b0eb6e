// SPDX-License-Identifier: Apache-2.0
/* The bootloader of mps2_an386: its vectors and devices. */
#include "boot_board.h"
#include "geometry.h"

#include <bootloader/download.h>
#include <chips/cmsdk_watchdog.h>
#include <chips/mps2_panel.h>

#define NVIC_ENABLE (*(volatile uint32_t *)0xE000E100u)
#define SCB_AIRCR   (*(volatile uint32_t *)0xE000ED0Cu)
#define RESET_KEY   0x05FA0004u
#define UART_IRQS   ((1u << BOARD_IRQ_UART0_RX) | (1u << BOARD_IRQ_UART0_TX))

/* Linker script and startup.S. */
extern uint32_t image_stack_top[];
void reset_handler(void);

/* A verification is 17.5 million instructions at 25 MHz, hashing 128 KiB another 4 million. */
const struct boot_durations boot_durations = {.verify = 1500, .erase = 5, .block = 5};

static uint8_t receive_ring[2176];
static uint8_t transmit_ring[CMSDK_UART_TRANSMIT_RING];

struct cmsdk_uart boot_uart = {
    .base = BOARD_UART0,
    .clock = BOARD_CLOCK_HZ,
    .interrupts = (1u << BOARD_IRQ_UART0_RX) | (1u << BOARD_IRQ_UART0_TX),
    .receive = receive_ring,
    .receive_size = sizeof receive_ring,
    .transmit = transmit_ring,
};

/* The bootloader changes kernels and the journal; for Tock's tool, apps. */
static const struct mapped_flash_range writeable[] = {
    {MAP_JOURNAL_START, MAP_JOURNAL_SIZE},
    {MAP_SCRATCH_START, MAP_FLASH_PAGE},
    {MAP_SLOT_A, 2 * MAP_SLOT_SIZE},
    {MAP_APPS_START, MAP_APPS_SIZE},
};

struct mapped_flash board_flash = {
    .flash.geometry = &board_geometry,
    .writeable = writeable,
    .writeable_count = sizeof writeable / sizeof writeable[0],
    .memory = (uint8_t *)MAP_FLASH_START,
};

bool boot_strap(void)
{
    return mps2_panel_strap();
}

void boot_watchdog(void)
{
    cmsdk_watchdog_start(BOARD_WATCHDOG, BOARD_TRIAL_S * BOARD_CLOCK_HZ);
}

void boot_devices_init(void)
{
    cmsdk_uart_init(&boot_uart);
    mapped_flash_init(&board_flash);
    mps2_panel_init(MAP_PANEL_START);
}

void boot_interrupts_enable(void)
{
    NVIC_ENABLE = UART_IRQS | (1u << BOARD_IRQ_TIMER0);
}

_Noreturn void boot_restart(void)
{
    SCB_AIRCR = RESET_KEY;
    for (;;) {
    }
}

static void uart_interrupt(void)
{
    cmsdk_uart_interrupt(&boot_uart);
}

/* A fault in the bootloader: start over rather than go on. */
static void fault(void)
{
    boot_reset(true);
}

typedef void vector(void);

__attribute__((section(".vectors"), used)) static vector *const vectors[] = {
    [0] = (vector *)image_stack_top,
    [1] = reset_handler,
    [2] = fault,
    [3] = fault,
    [16 + BOARD_IRQ_UART0_RX] = uart_interrupt,
    [16 + BOARD_IRQ_UART0_TX] = uart_interrupt,
    [16 + BOARD_IRQ_UART1_RX] = BOARD_USB_INTERRUPT,
    [16 + BOARD_IRQ_TIMER0] = mps2_alarm_interrupt,
};
