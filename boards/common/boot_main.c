// SPDX-License-Identifier: Apache-2.0
/* The bootloader of a board: where it starts, what it is told, how its parts are wired. */
#include "boot_board.h"
#include "boot_lines.h"
#include "handoff.h"

#define NVIC_DISABLE (*(volatile uint32_t *)0xE000E180u)
#define NVIC_UNPEND  (*(volatile uint32_t *)0xE000E280u)

/* `loader-cli key embed`, and startup.S. */
extern const struct trust_anchor kernel_anchor;
_Noreturn void start_image(uint32_t vectors);
int main(void);

enum { IDLE_PER_SECOND = 20 };

static uint32_t asked(void)
{
    bool requested = handoff_take(HANDOFF_REQUEST) == HANDOFF_RECOVER;
    bool twice = handoff_take(HANDOFF_EARLY) == HANDOFF_NOT_UP;

    return (requested || boot_strap() ? BOOT_ASKED : 0) | (twice ? BOOT_ASKED_TWICE : 0);
}

/* The kernel takes both back once it is up. */
static uint32_t starts(void)
{
    uint32_t before = handoff_take(HANDOFF_STARTS);

    handoff_set(HANDOFF_STARTS, before < BOOT_STARTS_MAX ? before + 1 : 0);
    handoff_set(HANDOFF_EARLY, HANDOFF_NOT_UP);
    return before;
}

/* Milliseconds that wrap at 2^32, though the counter behind them wraps at 2^32 microseconds. */
static uint32_t now_ms(void)
{
    static uint32_t last;
    static uint32_t rest;
    static uint32_t ms;
    uint32_t per_ms = BOOT_ALARM.frequency / 1000u;
    uint32_t now = BOOT_ALARM.now(&BOOT_ALARM);
    uint32_t passed = now - last + rest;

    last = now;
    ms += passed / per_ms;
    rest = passed % per_ms;
    return ms;
}

void boot_reset(bool recover)
{
    handoff_set(HANDOFF_REQUEST, recover ? HANDOFF_RECOVER : 0);
    handoff_set(HANDOFF_EARLY, 0);
    boot_lines_close();
    boot_restart();
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
    BOOT_ALARM.set(&BOOT_ALARM, BOOT_ALARM.now(&BOOT_ALARM),
                   BOOT_ALARM.frequency / IDLE_PER_SECOND);
    __asm volatile("wfi");
}

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
#define ATTRIBUTE(key, text)                                                                       \
    {                                                                                              \
        key, sizeof(text) - 1, text                                                                \
    }

__attribute__((section(".constants_600"),
               used)) static const struct attribute attributes[LEGACY_ATTRIBUTES] = {
    ATTRIBUTE("board", BOARD_NAME), ATTRIBUTE("arch", BOARD_ARCH),
    ATTRIBUTE("appaddr", TEXT(MAP_APPS_START))};

static const struct boot_readable readable[] = {
    {MAP_ATTRIBUTES_START, MAP_APPS_START + MAP_APPS_SIZE - MAP_ATTRIBUTES_START,
     (const uint8_t *)MAP_ATTRIBUTES_START},
    {MAP_FLAGS_START, MAP_FLAGS_SIZE, (const uint8_t *)BOOT_FLAGS},
};

static const struct boot_legacy legacy = {
    .line = {.legacy = {.target = &boot_target,
                        .serial = &BOOT_UART,
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
    .flash = &BOOT_FLASH,
    .journal = {{MAP_JOURNAL_START, MAP_JOURNAL_SIZE / 2},
                {MAP_JOURNAL_START + MAP_JOURNAL_SIZE / 2, MAP_JOURNAL_SIZE / 2}},
    .apps = {MAP_APPS_START, MAP_APPS_SIZE},
    .slots = slots,
    .slot_count = BOOT_SLOTS,
    .identities_max = MAP_IDENTITIES,
};

static const struct boot_config config = {
    .flash = &BOOT_FLASH,
    .store = &store,
    .legacy = &legacy,
    .transports = boot_lines,
    .transport_count = BOOT_LINES,
    .poll = boot_lines_poll,
    .listen = BOOT_LISTEN,
    .anchor = &kernel_anchor,
    .board = BOARD_NAME,
    .architecture = BOARD_ARCH,
    .slot = {MAP_SLOT_A, MAP_SLOT_B},
    .slot_size = MAP_SLOT_SIZE,
    .vectors = MAP_KERNEL_OFFSET,
    .asked = asked,
    .starts = starts,
    .watchdog = boot_watchdog,
    .now_ms = now_ms,
    .idle = idle,
    .reset = boot_reset,
    .start = start,
    .rehash = BOOT_REHASH,
};

int main(void)
{
    boot_devices_init();
    boot_lines_init();
    BOOT_ALARM.start(&BOOT_ALARM, wake, NULL);
    boot_interrupts_enable();
    boot_run(&config);
}
