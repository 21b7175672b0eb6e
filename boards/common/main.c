// SPDX-License-Identifier: Apache-2.0
/* The kernel of a board: where it starts and how its parts are wired. */
#include "board.h"
#include "handoff.h"

#include <kernel/arch.h>
#include <kernel/loader.h>
#include <kernel/service.h>

#define SCB_VTOR (*(volatile uint32_t *)0xE000ED08u)

/* `loader-cli key embed`. */
extern const struct trust_anchor app_anchor;
extern const struct trust_anchor kernel_anchor;
int main(void);

static void panic(const char *why, const struct fault *fault);

static const struct kernel_board board = {
    .capsules = board_capsules,
    .flash = {MAP_FLASH_START, MAP_FLASH_SIZE},
    .ram = {MAP_RAM_START, MAP_RAM_SIZE},
    .peripherals = {MAP_PERIPHERALS_START, MAP_PERIPHERALS_SIZE},
    .kernel_image = {BOARD_SLOT, MAP_SLOT_SIZE},
    .idle_slot = {BOARD_IDLE_SLOT, MAP_SLOT_SIZE},
    .apps = {MAP_APPS_START, MAP_APPS_SIZE},
    .app_ram_start = MAP_APP_RAM_START,
    .app_ram_size = MAP_APP_RAM_SIZE,
    .block_min = MAP_BLOCK_MIN,
    .alarm = &BOARD_ALARM,
    .ticks_per_ms = BOARD_HZ / 1000u,
    .scheduler = &BOARD_SCHEDULER,
    .fault_policy = FAULT_STOP,
    .fault_restarts_max = FAULT_ENDLESS,
    .faulted = service_faulted,
    .panic = panic,
};
const struct kernel_board *const kernel_board = &board;

static bool flash_fits(const void *context, uint32_t address, uint32_t size)
{
    (void)context;
    return kernel_flash_fits(address, size);
}

static const struct store_rules rules = {.fits = flash_fits};
static const struct store_extent idle_slot = {BOARD_IDLE_SLOT, MAP_SLOT_SIZE};
static struct store_config store = {
    .journal = {{MAP_JOURNAL_START, MAP_JOURNAL_SIZE / 2},
                {MAP_JOURNAL_START + MAP_JOURNAL_SIZE / 2, MAP_JOURNAL_SIZE / 2}},
    .apps = {MAP_APPS_START, MAP_APPS_SIZE},
    .slots = &idle_slot,
    .slot_count = 1,
    .identities_max = MAP_IDENTITIES,
};

static void announce(void)
{
    service_print("[kernel] Gantry on " BOARD_NAME "\r\n");
    if (trust_is_development(&app_anchor)) {
        service_print("[kernel] trusts a DEVELOPMENT key\r\n");
    }
}

/* Up: a reset is no second one any more, and no failure. */
static void up(void)
{
    handoff_set(HANDOFF_EARLY, 0);
    handoff_set(HANDOFF_STARTS, 0);
}

static const struct loader_kernels kernels = {
    .anchor = &kernel_anchor,
    .board = BOARD_NAME,
    .slot = {MAP_SLOT_A, MAP_SLOT_B},
    .slot_size = MAP_SLOT_SIZE,
    .vectors = MAP_KERNEL_OFFSET,
    .running = BOARD_SLOT == MAP_SLOT_A ? 0 : 1,
    .up = up,
    .confirmed = board_watchdog_stop,
};

static const struct loader_config loader = {.kernels = &kernels,
                                            .store = &store,
                                            .anchor = &app_anchor,
                                            .rules = &rules,
                                            .started = announce,
                                            .boot_digest = &board_boot_digest};
const struct loader_config *const loader_config = &loader;

static void reboot(bool bootloader)
{
    handoff_set(HANDOFF_REQUEST, bootloader ? HANDOFF_RECOVER : 0);
    handoff_set(HANDOFF_STARTS, 0); /* in order */
    board_reset();
}

static const struct service_config service = {
    .serial = &BOARD_SERIAL,
    .rate = BOARD_LINE_RATE,
    .raise = BOARD_LINE_RAISE,
    .rate_max = BOARD_LINE_RATE_MAX,
    .board = BOARD_NAME,
    .architecture = BOARD_ARCH,
    .kernel_slot = BOARD_SLOT,
    .anchor = &app_anchor,
    .kernel_anchor = &kernel_anchor,
    .app_ram_size = MAP_APP_RAM_SIZE,
    .typed = board_typed,
    .ready = board_line_ready,
    .reboot = reboot,
};
const struct service_config *const service_config = &service;

static void print_hex(const char *label, uint32_t value)
{
    char text[11] = "0x";

    for (uint32_t i = 0; i < 8; i++) {
        text[2 + i] = "0123456789abcdef"[(value >> (28 - 4 * i)) & 15];
    }
    board_print_now(label);
    board_print_now(text);
}

/* The last words of a kernel that is broken: polled, since nothing else works any more. */
static void panic(const char *why, const struct fault *fault)
{
    board_print_now("\r\n[kernel] panic: ");
    board_print_now(why);
    if (fault != NULL) {
        print_hex(" status ", fault->status);
        print_hex(" address ", fault->address);
        print_hex(" pc ", fault->pc);
        print_hex(" lr ", fault->lr);
    }
    board_print_now("\r\n");
    board_reset();
}

int main(void)
{
    SCB_VTOR = BOARD_SLOT + MAP_KERNEL_OFFSET;
    board_devices_init();
    store.flash = board_store_flash;
    kernel_init();
    service_init();
    loader_init();
    kernel_loop();
}
