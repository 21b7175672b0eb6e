// SPDX-License-Identifier: Apache-2.0
/* The bootloader of raspberry_pi_pico: its vectors, devices and wiring. */
#include "boot_lines.h"
#include "handoff.h"
#include "memory_map.h"
#include "pins.h"

#include <bootloader/bootloader.h>
#include <chips/rp2040_alarm.h>
#include <chips/rp2040_clocks.h>
#include <chips/rp2040_flash.h>
#include <chips/rp2040_gpio.h>
#include <chips/rp2040_uart.h>
#include <chips/rp2040_usb.h>
#include <chips/rp2040_watchdog.h>

#define NVIC_ENABLE  (*(volatile uint32_t *)0xE000E100u)
#define NVIC_DISABLE (*(volatile uint32_t *)0xE000E180u)
#define NVIC_UNPEND  (*(volatile uint32_t *)0xE000E280u)

enum { STRAP_SETTLES_US = 20, IDLE_PER_SECOND = 20 };

/* Linker script, startup.S, and `loader-cli key embed`. */
extern uint32_t image_stack_top[];
extern const struct trust_anchor kernel_anchor;
void reset_handler(void);
_Noreturn void start_image(uint32_t vectors);
int main(void);

static const struct hil_flash_run runs[] = {{MAP_FLASH_PAGE, MAP_FLASH_SIZE / MAP_FLASH_PAGE}};

static const struct hil_flash_geometry geometry = {
    .base = MAP_FLASH_START,
    .runs = runs,
    .run_count = 1,
    .write_unit = 4,
    .erase_value = 0xFF,
    .programs_per_unit = 1,
    .longest_stall_us = RP2040_FLASH_STALL_US,
};

/* The bootloader changes kernels and the journal; for Tock's tool, apps. */
static const struct rp2040_flash_range writeable[] = {
    {MAP_JOURNAL_START, MAP_JOURNAL_SIZE},
    {MAP_SCRATCH_START, MAP_FLASH_PAGE},
    {MAP_SLOT_A, 2 * MAP_SLOT_SIZE},
    {MAP_APPS_START, MAP_APPS_SIZE},
};

static struct rp2040_flash flash = {
    .flash.geometry = &geometry,
    .writeable = writeable,
    .writeable_count = sizeof writeable / sizeof writeable[0],
    .interrupt = RP2040_IRQ_UART0,
    .handler = rp2040_uart_interrupt_in_ram,
};

/* The resistor needs a moment to pull a free pin up. */
static bool strap(void)
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

static uint32_t asked(void)
{
    bool requested = handoff_take(HANDOFF_REQUEST) == HANDOFF_RECOVER;
    bool twice = handoff_take(HANDOFF_EARLY) == HANDOFF_NOT_UP;

    return (requested || strap() ? BOOT_ASKED : 0) | (twice ? BOOT_ASKED_TWICE : 0);
}

/* The kernel takes both back once it is up. */
static uint32_t starts(void)
{
    uint32_t before = handoff_take(HANDOFF_STARTS);

    handoff_set(HANDOFF_STARTS, before < BOOT_STARTS_MAX ? before + 1 : 0);
    handoff_set(HANDOFF_EARLY, HANDOFF_NOT_UP);
    return before;
}

static void watchdog(void)
{
    rp2040_watchdog_start(BOARD_TRIAL_S * 1000u);
}

/* Milliseconds that wrap at 2^32, though the counter behind them wraps at 2^32 microseconds. */
static uint32_t now_ms(void)
{
    static uint32_t last;
    static uint32_t rest;
    static uint32_t ms;
    uint32_t per_ms = rp2040_alarm.frequency / 1000u;
    uint32_t now = rp2040_alarm.now(&rp2040_alarm);
    uint32_t passed = now - last + rest;

    last = now;
    ms += passed / per_ms;
    rest = passed % per_ms;
    return ms;
}

static void reset(bool recover)
{
    handoff_set(HANDOFF_REQUEST, recover ? HANDOFF_RECOVER : 0);
    handoff_set(HANDOFF_EARLY, 0);
    boot_lines_close();
    rp2040_restart();
}

/* Leaves the board as after a reset. */
static void start(uint32_t vectors)
{
    NVIC_DISABLE = UINT32_MAX;
    NVIC_UNPEND = UINT32_MAX;
    start_image(vectors);
}

static void wake(void *context)
{
    (void)context;
}

/* Waits for a byte; the alarm ends waits in which nothing comes. */
static void idle(void)
{
    rp2040_alarm.set(&rp2040_alarm, rp2040_alarm.now(&rp2040_alarm),
                     rp2040_alarm.frequency / IDLE_PER_SECOND);
    __asm volatile("wfi");
}

/* A fault in the bootloader: start over rather than go on. */
static void fault(void)
{
    reset(true);
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

/* Factory constants, at the addresses where Tock's bootloader has them: flags, and attributes. */
#define VERSION "gantry1"

__attribute__((section(".constants_400"), used)) static const struct {
    char signature[14];
    char version[8];
    uint8_t reserved[10];
    uint32_t start;
} flags = {"TOCKBOOTLOADER", VERSION, {0}, MAP_SLOT_A + MAP_KERNEL_OFFSET};

struct attribute {
    char key[8];
    uint8_t length;
    char value[LEGACY_ATTRIBUTE_SIZE - 9];
};
#define TEXT_(x) #x
#define TEXT(x)  TEXT_(x)
__attribute__((section(".constants_600"),
               used)) static const struct attribute attributes[LEGACY_ATTRIBUTES] = {
    {"board", sizeof BOARD_NAME - 1, BOARD_NAME},
    {"arch", sizeof BOARD_ARCH - 1, BOARD_ARCH},
    {"appaddr", sizeof TEXT(MAP_APPS_START) - 1, TEXT(MAP_APPS_START)}};

static const struct boot_readable readable[] = {
    {MAP_ATTRIBUTES_START, MAP_APPS_START + MAP_APPS_SIZE - MAP_ATTRIBUTES_START,
     (const uint8_t *)MAP_ATTRIBUTES_START},
    {MAP_FLAGS_OFFSET, MAP_FLAGS_SIZE, (const uint8_t *)(MAP_BOOT_START + MAP_FLAGS_OFFSET)},
};

static const struct boot_legacy legacy = {
    .line = {.legacy = {.target = &boot_target,
                        .serial = &rp2040_uart,
                        .rate = BOARD_LINE_RATE,
                        .rate_max = BOARD_LINE_RATE_MAX,
                        .now_ms = now_ms,
                        .version = VERSION},
             .allowed = boot_legacy_allowed,
             .session = boot_session},
    .factory = (const uint8_t (*)[LEGACY_ATTRIBUTE_SIZE])attributes,
    .factory_count = LEGACY_ATTRIBUTES,
    .readable = readable,
    .readable_count = sizeof readable / sizeof readable[0],
    .writes = true,
    .scratch = MAP_SCRATCH_START,
};

static const struct store_extent slots[BOOT_SLOTS] = {{MAP_SLOT_A, MAP_SLOT_SIZE},
                                                      {MAP_SLOT_B, MAP_SLOT_SIZE}};

static const struct store_config store = {
    .flash = &flash.flash,
    .journal = {{MAP_JOURNAL_START, MAP_JOURNAL_SIZE / 2},
                {MAP_JOURNAL_START + MAP_JOURNAL_SIZE / 2, MAP_JOURNAL_SIZE / 2}},
    .apps = {MAP_APPS_START, MAP_APPS_SIZE},
    .slots = slots,
    .slot_count = BOOT_SLOTS,
    .identities_max = MAP_IDENTITIES,
};

static const struct boot_config config = {
    .flash = &flash.flash,
    .store = &store,
    .legacy = &legacy,
    .transports = boot_lines,
    .transport_count = BOOT_LINES,
    .poll = boot_lines_poll,
    .listen = transport_listen,
    .anchor = &kernel_anchor,
    .board = BOARD_NAME,
    .architecture = BOARD_ARCH,
    .slot = {MAP_SLOT_A, MAP_SLOT_B},
    .slot_size = MAP_SLOT_SIZE,
    .rehash = true,
    .vectors = MAP_KERNEL_OFFSET,
    .asked = asked,
    .starts = starts,
    .watchdog = watchdog,
    .now_ms = now_ms,
    .idle = idle,
    .reset = reset,
    .start = start,
};

int main(void)
{
    rp2040_clocks_init();
    rp2040_uart_init(BOARD_PIN_TX, BOARD_PIN_RX);
    rp2040_flash_init(&flash);
    boot_lines_init(&flash);
    rp2040_alarm.start(&rp2040_alarm, wake, NULL);
    NVIC_ENABLE = 1u << BOARD_IRQ_TIMER;
    boot_run(&config);
}
