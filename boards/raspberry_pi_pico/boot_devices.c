// SPDX-License-Identifier: Apache-2.0
/* The bootloader of raspberry_pi_pico: its vectors and devices. */
#include "boot_board.h"
#include "geometry.h"

#include <bootloader/download.h>
#include <chips/rp2040_clocks.h>
#include <chips/rp2040_gpio.h>
#include <chips/rp2040_usb.h>
#include <chips/rp2040_watchdog.h>

#define NVIC_ENABLE (*(volatile uint32_t *)0xE000E100u)

enum { STRAP_SETTLES_US = 20 };

/* Linker script and startup.S. */
extern uint32_t image_stack_top[];
void reset_handler(void);

/* A verification is 78 million instructions at 125 MHz; a page takes at most 400 ms to erase. */
const struct boot_durations boot_durations = {.verify = 1200, .erase = 400, .block = 15};

/* The bootloader changes kernels and the journal; for Tock's tool, apps. */
static const struct rp2040_flash_range writeable[] = {
    {MAP_JOURNAL_START, MAP_JOURNAL_SIZE},
    {MAP_SCRATCH_START, MAP_FLASH_PAGE},
    {MAP_SLOT_A, 2 * MAP_SLOT_SIZE},
    {MAP_APPS_START, MAP_APPS_SIZE},
};

struct rp2040_flash board_flash = {
    .flash.geometry = &board_geometry,
    .writeable = writeable,
    .writeable_count = sizeof writeable / sizeof writeable[0],
    .interrupt = RP2040_IRQ_UART0,
    .handler = rp2040_uart_interrupt_in_ram,
};

/* The resistor needs a moment to pull a free pin up. */
bool boot_strap(void)
{
    uint32_t since = rp2040_alarm.now(&rp2040_alarm);
    bool grounded;

    (void)rp2040_gpio_make_input(NULL, BOARD_PIN_STRAP, HIL_GPIO_PULL_UP);
    while (rp2040_alarm.now(&rp2040_alarm) - since < STRAP_SETTLES_US) {
    }
    grounded = !rp2040_gpio_get(NULL, BOARD_PIN_STRAP);
    rp2040_gpio_disable(NULL, BOARD_PIN_STRAP);
    return grounded;
}

void boot_watchdog(void)
{
    rp2040_watchdog_start(BOARD_TRIAL_S * 1000u);
}

void boot_devices_init(void)
{
    rp2040_clocks_init();
    rp2040_uart_init(BOARD_PIN_TX, BOARD_PIN_RX);
    rp2040_flash_init(&board_flash);
}

void boot_interrupts_enable(void)
{
    NVIC_ENABLE = 1u << BOARD_IRQ_TIMER;
}

_Noreturn void boot_restart(void)
{
    rp2040_restart();
}

/* A fault in the bootloader: start over rather than go on. */
static void fault(void)
{
    boot_reset(true);
}

typedef void vector(void);

__attribute__((section(".vectors"), used)) static vector *const vectors[16 + 32] = {
    [0] = (vector *)image_stack_top,
    [1] = reset_handler,
    [2] = fault,
    [3] = fault,
    [16 + BOARD_IRQ_TIMER] = rp2040_alarm_interrupt,
    [16 + RP2040_IRQ_USB] = rp2040_usb_interrupt,
    [16 + RP2040_IRQ_UART0] = rp2040_uart_interrupt,
};
