// SPDX-License-Identifier: Apache-2.0
/* emu start, stop, kill, status, press, release, pin, adc, strap, seed: emulated boards. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <mbedtls/ctr_drbg.h>

#include "../device/device.h"
#include "../package/key_random.h"
#include "../package/package.h"
#include "../posix/emulator.h"
#include "../posix/files.h"
#include "../posix/line.h"
#include "../posix/program.h"
#include "commands.h"

/*
 * boards/mps2_an386/memory_map.h, boards/chips/mps2_panel.h and mps2_pins.h; offsets in the flash
 * file, and addresses of registers.
 */
enum {
    FLASH_BYTES = 16 << 20,
    FLASH_ADDRESS = 0x21000000,
    PANEL = 0xFFF000,
    PANEL_BUTTONS = PANEL + 4,
    PANEL_STRAP = PANEL + 8,
    PANEL_SEED = PANEL + 16,
    SEED_SIZE = 32,
    PANEL_DRIVEN = PANEL + 48,
    PANEL_HIGH = PANEL + 52,
    PANEL_CHANNELS = PANEL + 56,
    PANEL_SERIAL = PANEL + 72,
    SERIAL_SIZE = 8,
    PANEL_WORDS = 20,
    LED_REGISTER = 0x40028000,
    PIN_REGISTER = 0x4002804C, /* levels, then outputs, then pull-up resistors */
    BUTTONS = 4,
    PINS = 8,
    CHANNELS = 4,
    REFERENCE_MV = 3300
};
#define PANEL_MAGIC 0x4C4E5047u

static int blank;
static int icount;
static char *kernel;
static char *bootloader;
static char *extra;

static const struct poptOption start_options[] = {
    {"blank", 0, POPT_ARG_NONE, &blank, 0, "new flash without a kernel: the bootloader waits",
     NULL},
    {"kernel", 0, POPT_ARG_STRING, &kernel, 0, "kernel for new flash (default: the build's)",
     "IMG"},
    {"bootloader", 0, POPT_ARG_STRING, &bootloader, 0, "bootloader (default: the build's)", "ELF"},
    {"icount", 0, POPT_ARG_NONE, &icount, 0, "time follows executed instructions", NULL},
    {"qemu-options", 0, POPT_ARG_STRING, &extra, 0, "further options for QEMU", "WORDS"},
    POPT_TABLEEND,
};

/* The board that --device names, or the only one there is. */
static int find(struct cli *cli, struct emulator *e)
{
    const char *board = "mps2_an386";

    if (cli->device != NULL && strncmp(cli->device, "emu:", 4) == 0) {
        board = cli->device + 4;
    }
    return emulator_find(cli, board, e);
}

static int random_bytes(struct cli *cli, uint8_t *bytes, size_t size)
{
    struct key_random random;
    int error = key_random_init(&random);

    error = error != 0 ? error : mbedtls_ctr_drbg_random(&random.drbg, bytes, size);
    key_random_free(&random);
    return error == 0 ? EXIT_DONE : cli_fail(cli, EXIT_FAILED, NULL, "no random numbers");
}

/* What a factory does: the kernel into its slot. */
static int program_kernel(struct cli *cli, struct bytes *flash)
{
    char path[600];
    struct tab tab;
    int code;

    snprintf(path, sizeof path, "%s/boards/mps2_an386/kernel.img", build_folder());
    code = tab_read(cli, kernel != NULL ? kernel : path, &tab);
    if (code != EXIT_DONE) {
        return code;
    }
    for (size_t i = 0; code == EXIT_DONE && i < tab.count; i++) {
        const struct bytes *tbf = &tab.member[i].tbf;
        struct tbf_header header;

        code = image_parse(cli, tbf, tab.member[i].name, &header);
        if (code == EXIT_DONE && header.is_kernel && i == 0) {
            uint32_t offset = header.kernel.slot_address - FLASH_ADDRESS;

            if (offset < FLASH_BYTES && tbf->size < FLASH_BYTES - offset) {
                memcpy(flash->data + offset, tbf->data, tbf->size);
            }
        }
    }
    tab_free(&tab);
    return code;
}

static int new_flash(struct cli *cli, const struct emulator *e)
{
    struct bytes flash = {NULL, 0};
    static const uint32_t panel[PANEL_WORDS] = {PANEL_MAGIC};
    int code = EXIT_DONE;

    if (!bytes_resize(&flash, FLASH_BYTES)) {
        return cli_fail(cli, EXIT_MEMORY, NULL, "out of memory");
    }
    memset(flash.data, 0xFF, FLASH_BYTES);
    memcpy(flash.data + PANEL, panel, sizeof panel);
    code = random_bytes(cli, flash.data + PANEL_SEED, SEED_SIZE);
    if (code == EXIT_DONE) {
        code = random_bytes(cli, flash.data + PANEL_SERIAL, SERIAL_SIZE);
    }
    if (code == EXIT_DONE && blank == 0) {
        code = program_kernel(cli, &flash);
    }
    code = code != EXIT_DONE ? code : file_write(cli, e->flash, flash.data, FLASH_BYTES, true);
    bytes_free(&flash);
    return code;
}

/* Waits until kernel or bootloader answers. */
static int greet(struct cli *cli)
{
    static struct device device;
    static char only_board[] = "emu:mps2_an386";
    int code;

    if (cli->device == NULL || strncmp(cli->device, "emu:", 4) != 0) {
        cli->device = only_board; /* another device is named for other commands */
    }
    code = device_open(cli, &device, NULL);
    if (code == EXIT_DONE) {
        cli_say(cli, "%s is up: %s", device.line.name,
                device.host.hello.mode == LINK_MODE_KERNEL ? "kernel" : "bootloader, no kernel");
        device_close(&device);
    }
    return code;
}

static int no_arguments(struct cli *cli, int count)
{
    return count == 0 ? EXIT_DONE
                      : cli_fail(cli, EXIT_USAGE, NULL, "this command takes no arguments");
}

static int run_start(struct cli *cli, int count, const char **argument)
{
    struct emulator e;
    struct emulator_start start = {.icount = icount != 0, .extra = extra};
    char path[600];
    int code = no_arguments(cli, count);

    (void)argument;
    code = code != EXIT_DONE ? code : find(cli, &e);
    if (code != EXIT_DONE) {
        return code;
    }
    if (emulator_pid(&e) > 0) {
        return cli_fail(cli, EXIT_NOTHING, "loader-cli emu status", "the board is running already");
    }
    snprintf(path, sizeof path, "%s/boards/mps2_an386/bootloader.elf", build_folder());
    start.bootloader = bootloader != NULL ? bootloader : path;
    if (!files_exists(start.bootloader)) {
        return cli_fail(cli, EXIT_FAILED, "./dev build", "there is no bootloader '%s'",
                        start.bootloader);
    }
    code = emulator_prepare(cli, &e);
    if (code == EXIT_DONE && (blank != 0 || !files_exists(e.flash))) {
        code = new_flash(cli, &e);
    }
    code = code != EXIT_DONE ? code : emulator_start(cli, &e, &start);
    return code != EXIT_DONE ? code : greet(cli);
}

static int end(struct cli *cli, int count, bool at_once)
{
    struct emulator e;
    int code = no_arguments(cli, count);

    code = code != EXIT_DONE ? code : find(cli, &e);

    code = code != EXIT_DONE ? code : emulator_end(cli, &e, at_once);
    if (code == EXIT_DONE) {
        cli_say(cli, at_once ? "power cut" : "stopped");
    }
    return code;
}

static int run_stop(struct cli *cli, int count, const char **argument)
{
    (void)argument;
    return end(cli, count, false);
}

static int run_kill(struct cli *cli, int count, const char **argument)
{
    (void)argument;
    return end(cli, count, true);
}

static int run_reset(struct cli *cli, int count, const char **argument)
{
    struct emulator e;
    int code = no_arguments(cli, count);

    (void)argument;
    code = code != EXIT_DONE ? code : find(cli, &e);
    if (code == EXIT_DONE && !emulator_reset(&e)) {
        code = cli_fail(cli, EXIT_DEVICE, "loader-cli emu start", "the board is not running");
    }
    return code;
}

static int run_status(struct cli *cli, int count, const char **argument)
{
    struct emulator e;
    uint32_t leds = 0;
    uint32_t buttons = 0;
    long pid;
    int code = no_arguments(cli, count);

    (void)argument;
    code = code != EXIT_DONE ? code : find(cli, &e);
    if (code != EXIT_DONE) {
        return code;
    }
    pid = emulator_pid(&e);
    if (pid == 0) {
        return cli_fail(cli, EXIT_DEVICE, "loader-cli emu start", "the board is not running");
    }
    (void)emulator_peek(&e, PANEL_BUTTONS, &buttons, sizeof buttons);
    (void)emulator_word(&e, LED_REGISTER, &leds);
    cli_say(cli, "running, process %ld", pid);
    cli_say(cli, "flash    %s", e.flash);
    cli_say(cli, "LEDs     %s %s", (leds & 1) != 0 ? "on " : "off",
            (leds & 2) != 0 ? "on " : "off");
    cli_say(cli, "buttons  %x", buttons);
    json_object_update_new(cli->result, json_pack("{s:I, s:s, s:I, s:I}", "pid", (json_int_t)pid,
                                                  "flash", e.flash, "leds", (json_int_t)(leds & 3),
                                                  "buttons", (json_int_t)buttons));
    return EXIT_DONE;
}

static int set_button(struct cli *cli, int count, const char **argument, bool pressed)
{
    struct emulator e;
    uint32_t buttons = 0;
    char *end = NULL;
    unsigned long index = count == 1 ? strtoul(argument[0], &end, 0) : BUTTONS;
    int code;

    if (count != 1 || end == argument[0] || *end != '\0' || index >= BUTTONS) {
        return cli_fail(cli, EXIT_USAGE, NULL, "name one button, 0 to %d", BUTTONS - 1);
    }
    code = find(cli, &e);
    if (code != EXIT_DONE) {
        return code;
    }
    if (!emulator_peek(&e, PANEL_BUTTONS, &buttons, sizeof buttons)) {
        return cli_fail(cli, EXIT_DEVICE, "loader-cli emu start", "the board has no flash yet");
    }
    buttons = pressed ? buttons | (1u << index) : buttons & ~(1u << index);
    return emulator_poke(&e, PANEL_BUTTONS, &buttons, sizeof buttons)
               ? EXIT_DONE
               : cli_fail(cli, EXIT_FAILED, NULL, "the front panel cannot be written");
}

static int run_press(struct cli *cli, int count, const char **argument)
{
    return set_button(cli, count, argument, true);
}

static int run_release(struct cli *cli, int count, const char **argument)
{
    return set_button(cli, count, argument, false);
}

/* A number below a limit, and nothing else; false for anything that is not. */
static bool parse_number(const char *text, unsigned long limit, uint32_t *number)
{
    char *end = NULL;
    unsigned long value = strtoul(text, &end, 0);

    if (text[0] < '0' || text[0] > '9' || *end != '\0' || value >= limit) {
        return false;
    }
    *number = (uint32_t)value;
    return true;
}

static bool is_set(uint32_t word, uint32_t bit)
{
    return ((word >> bit) & 1u) != 0;
}

/* What the board makes of a pin, and the level that there is then. */
static int show_pin(struct cli *cli, const struct emulator *e, uint32_t pin)
{
    uint32_t driven = 0;
    uint32_t high = 0;
    uint32_t board = 0;
    bool output;
    bool level;

    if (!emulator_word(e, PIN_REGISTER, &board)) {
        return cli_fail(cli, EXIT_DEVICE, "loader-cli emu start", "the board is not running");
    }
    (void)emulator_peek(e, PANEL_DRIVEN, &driven, sizeof driven);
    (void)emulator_peek(e, PANEL_HIGH, &high, sizeof high);
    output = is_set(board, PINS + pin);
    level = output                ? is_set(board, pin)
            : is_set(driven, pin) ? is_set(high, pin)
                                  : is_set(board, 2 * PINS + pin);
    cli_say(cli, "pin %u  %s  %s", pin, output ? "output" : "input ", level ? "high" : "low");
    json_object_update_new(cli->result, json_pack("{s:I, s:b, s:b}", "pin", (json_int_t)pin,
                                                  "output", output, "high", level));
    return EXIT_DONE;
}

static int drive_pin(struct cli *cli, const struct emulator *e, uint32_t pin, const char *level)
{
    uint32_t bit = (uint32_t)1 << pin;
    uint32_t driven = 0;
    uint32_t high = 0;

    if (!emulator_peek(e, PANEL_DRIVEN, &driven, sizeof driven) ||
        !emulator_peek(e, PANEL_HIGH, &high, sizeof high)) {
        return cli_fail(cli, EXIT_DEVICE, "loader-cli emu start", "the board has no flash yet");
    }
    /* The level first: the board must not see the pin driven to an old one. */
    high = level[0] == '1' ? high | bit : high & ~bit;
    driven = level[0] == 'o' ? driven & ~bit : driven | bit;
    return emulator_poke(e, PANEL_HIGH, &high, sizeof high) &&
                   emulator_poke(e, PANEL_DRIVEN, &driven, sizeof driven)
               ? EXIT_DONE
               : cli_fail(cli, EXIT_FAILED, NULL, "the front panel cannot be written");
}

static int run_pin(struct cli *cli, int count, const char **argument)
{
    struct emulator e;
    const char *level = count == 2 ? argument[1] : "0";
    uint32_t pin;
    int code;

    if (count < 1 || count > 2 || !parse_number(argument[0], PINS, &pin)) {
        return cli_fail(cli, EXIT_USAGE, NULL, "name one pin, 0 to %d", PINS - 1);
    }
    if (strcmp(level, "0") != 0 && strcmp(level, "1") != 0 && strcmp(level, "open") != 0) {
        return cli_fail(cli, EXIT_USAGE, NULL, "a level is '0', '1' or 'open'");
    }
    code = find(cli, &e);
    if (code != EXIT_DONE) {
        return code;
    }
    return count == 1 ? show_pin(cli, &e, pin) : drive_pin(cli, &e, pin, level);
}

static int run_adc(struct cli *cli, int count, const char **argument)
{
    struct emulator e;
    uint32_t channel;
    uint32_t mv;
    int code;

    if (count != 2 || !parse_number(argument[0], CHANNELS, &channel) ||
        !parse_number(argument[1], REFERENCE_MV + 1, &mv)) {
        return cli_fail(cli, EXIT_USAGE, NULL, "name a channel, 0 to %d, and millivolts, 0 to %d",
                        CHANNELS - 1, REFERENCE_MV);
    }
    code = find(cli, &e);
    if (code != EXIT_DONE) {
        return code;
    }
    return emulator_poke(&e, PANEL_CHANNELS + 4 * channel, &mv, sizeof mv)
               ? EXIT_DONE
               : cli_fail(cli, EXIT_DEVICE, "loader-cli emu start", "the board has no flash yet");
}

static int run_strap(struct cli *cli, int count, const char **argument)
{
    struct emulator e;
    uint32_t strap = count == 1 && strcmp(argument[0], "on") == 0 ? 1 : 0;
    int code;

    if (count != 1 || (strap == 0 && strcmp(argument[0], "off") != 0)) {
        return cli_fail(cli, EXIT_USAGE, NULL, "the strap is 'on' or 'off'");
    }
    code = find(cli, &e);
    if (code != EXIT_DONE) {
        return code;
    }
    return emulator_poke(&e, PANEL_STRAP, &strap, sizeof strap)
               ? EXIT_DONE
               : cli_fail(cli, EXIT_DEVICE, "loader-cli emu start", "the board has no flash yet");
}

static int run_seed(struct cli *cli, int count, const char **argument)
{
    struct emulator e;
    uint8_t seed[SEED_SIZE];
    int code = no_arguments(cli, count);

    (void)argument;
    code = code != EXIT_DONE ? code : find(cli, &e);
    code = code != EXIT_DONE ? code : random_bytes(cli, seed, sizeof seed);
    if (code == EXIT_DONE && !emulator_poke(&e, PANEL_SEED, seed, sizeof seed)) {
        code = cli_fail(cli, EXIT_DEVICE, "loader-cli emu start", "the board has no flash yet");
    }
    return code;
}

#define EMU(id, words, text, arguments, long_text, table)                                          \
    const struct command command_emu_##id = {                                                      \
        .name = "emu " words,                                                                      \
        .group = "Emulated board",                                                                 \
        .summary = (text),                                                                         \
        .usage = (arguments),                                                                      \
        .help = (long_text),                                                                       \
        .options = (table),                                                                        \
        .several = true,                                                                           \
        .run = run_##id,                                                                           \
    }

EMU(start, "start", "Power up an emulated board", "[--blank] [--kernel IMG]",
    "The board's flash is a file that outlives power cuts (GANTRY_EMU_DIR, else the user's state\n"
    "folder). New flash gets the kernel of the build, as a factory would do.",
    start_options);
EMU(stop, "stop", "Power the emulated board down", "", NULL, NULL);
EMU(kill, "kill", "Cut the emulated board's power", "", NULL, NULL);
EMU(reset, "reset", "Press the emulated board's reset button", "",
    "Twice within a second, before the kernel counts as up: the board stays in its bootloader.",
    NULL);
EMU(status, "status", "Show whether it runs, its LEDs and buttons", "", NULL, NULL);
EMU(press, "press", "Press a button", "BUTTON", NULL, NULL);
EMU(release, "release", "Release a button", "BUTTON", NULL, NULL);
EMU(pin, "pin", "Drive a pin, or show what the board makes of it", "PIN [0|1|open]",
    "With a level the host drives the pin, until it leaves it open; an app sees that level while "
    "the\n"
    "pin is an input. Without one: whether the pin is an output, and its level.",
    NULL);
EMU(adc, "adc", "Put a voltage at a channel of the converter", "CHANNEL MILLIVOLTS", NULL, NULL);
EMU(strap, "strap", "Set the strap that keeps the bootloader at the next start", "on|off", NULL,
    NULL);
EMU(seed, "seed", "Give the board a new entropy seed", "", NULL, NULL);
