// SPDX-License-Identifier: Apache-2.0
/* emu start, stop, kill, status, press, release, strap, seed: emulated boards. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <mbedtls/ctr_drbg.h>

#include "../device/device.h"
#include "../package/key_random.h"
#include "../package/package.h"
#include "../posix/emulator.h"
#include "../posix/line.h"
#include "commands.h"

/* boards/mps2_an386/memory_map.h and boards/chips/mps2_panel.h; offsets in the flash file. */
enum {
    FLASH_BYTES = 16 << 20,
    FLASH_ADDRESS = 0x21000000,
    PANEL = 0xFFF000,
    PANEL_BUTTONS = PANEL + 4,
    PANEL_STRAP = PANEL + 8,
    PANEL_SEED = PANEL + 16,
    SEED_SIZE = 32,
    LED_REGISTER = 0x40028000,
    BUTTONS = 4
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

static int new_seed(struct cli *cli, uint8_t seed[SEED_SIZE])
{
    struct key_random random;
    int error = key_random_init(&random);

    error = error != 0 ? error : mbedtls_ctr_drbg_random(&random.drbg, seed, SEED_SIZE);
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
    static const uint32_t panel[4] = {PANEL_MAGIC, 0, 0, 0};
    int code = EXIT_DONE;

    if (!bytes_resize(&flash, FLASH_BYTES)) {
        return cli_fail(cli, EXIT_FAILED, NULL, "out of memory");
    }
    memset(flash.data, 0xFF, FLASH_BYTES);
    memcpy(flash.data + PANEL, panel, sizeof panel);
    code = new_seed(cli, flash.data + PANEL_SEED);
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
    int code;

    cli->device = cli->device != NULL ? cli->device : (char *)(uintptr_t) "emu:mps2_an386";
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
    struct stat information;
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
    if (stat(start.bootloader, &information) != 0) {
        return cli_fail(cli, EXIT_FAILED, "./dev build", "there is no bootloader '%s'",
                        start.bootloader);
    }
    code = emulator_prepare(cli, &e);
    if (code == EXIT_DONE && (blank != 0 || stat(e.flash, &information) != 0)) {
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
    cli_say(cli, "running, process %ld\nflash    %s\nLEDs     %s %s\nbuttons  %x", pid, e.flash,
            (leds & 1) != 0 ? "on " : "off", (leds & 2) != 0 ? "on " : "off", buttons);
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
    code = code != EXIT_DONE ? code : new_seed(cli, seed);
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
        .run = run_##id,                                                                           \
    }

EMU(start, "start", "Power up an emulated board", "[--blank] [--kernel IMG]",
    "The board's flash is a file that outlives power cuts (GANTRY_EMU_DIR, else the user's state\n"
    "folder). New flash gets the kernel of the build, as a factory would do.",
    start_options);
EMU(stop, "stop", "Power the emulated board down", "", NULL, NULL);
EMU(kill, "kill", "Cut the emulated board's power", "", NULL, NULL);
EMU(status, "status", "Show whether it runs, its LEDs and buttons", "", NULL, NULL);
EMU(press, "press", "Press a button", "BUTTON", NULL, NULL);
EMU(release, "release", "Release a button", "BUTTON", NULL, NULL);
EMU(strap, "strap", "Set the strap that keeps the bootloader at the next start", "on|off", NULL,
    NULL);
EMU(seed, "seed", "Give the board a new entropy seed", "", NULL, NULL);
