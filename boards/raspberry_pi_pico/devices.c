// SPDX-License-Identifier: Apache-2.0
/* The board's devices, for the kernel. */
#include "board.h"
#include "geometry.h"
#include "handoff.h"

#include <chips/rp2040_adc.h>
#include <chips/rp2040_gpio.h>
#include <chips/rp2040_watchdog.h>
#include <kernel/arch.h>

#define NVIC_ENABLE      (*(volatile uint32_t *)0xE000E100u)
#define NVIC_PRIORITY(n) (*(volatile uint32_t *)(0xE000E400u + 4u * (n)))

/* Of every interrupt; two bits, and this processor takes words only. */
enum { INTERRUPT_WORDS = 8 };
#define PRIORITY_INTERRUPTS 0x80808080u

/* The kernel changes apps, storage, journal and the slot that it does not run from. */
static const struct rp2040_flash_range writeable[] = {
    {BOARD_IDLE_SLOT, MAP_SLOT_SIZE},
    {MAP_JOURNAL_START, MAP_JOURNAL_SIZE},
    {MAP_STORAGE_START, MAP_ATTRIBUTES_START - MAP_STORAGE_START},
    {MAP_APPS_START, MAP_APPS_SIZE},
};

struct rp2040_flash board_flash = {
    .flash.geometry = &board_geometry,
    .writeable = writeable,
    .writeable_count = sizeof writeable / sizeof writeable[0],
    .interrupt = RP2040_IRQ_UART0,
    .handler = rp2040_uart_interrupt_in_ram,
    .open = arch_flash_write_begin,
    .close = arch_flash_write_end,
};

static void led_set(const struct hil_led *led, uint8_t index, bool lit)
{
    (void)led;
    (void)index;
    rp2040_gpio_set(NULL, BOARD_PIN_LED, lit);
}

static bool led_get(const struct hil_led *led, uint8_t index)
{
    (void)led;
    (void)index;
    return rp2040_gpio_get(NULL, BOARD_PIN_LED);
}

const struct hil_led board_led = {.count = 1, .set = led_set, .get = led_get};

void board_devices_init(void)
{
    rp2040_clocks_init();
    rp2040_uart_init(BOARD_PIN_TX, BOARD_PIN_RX);
    rp2040_flash_init(&board_flash);
    rp2040_adc_init();
    rp2040_gpio_make_output(NULL, BOARD_PIN_LED);
    for (uint32_t i = 0; i < INTERRUPT_WORDS; i++) {
        NVIC_PRIORITY(i) = PRIORITY_INTERRUPTS;
    }
    NVIC_ENABLE = 1u << BOARD_IRQ_TIMER;
}

void board_watchdog_stop(void)
{
    rp2040_watchdog_stop();
}

void board_print_now(const char *text)
{
    rp2040_uart_print_now(text);
}

_Noreturn void board_reset(void)
{
    handoff_set(HANDOFF_EARLY, 0); /* not by hand */
    rp2040_restart();
}
