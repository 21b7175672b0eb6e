// SPDX-License-Identifier: Apache-2.0
#include "help.h"

#include <stdio.h>
#include <string.h>

const struct help_code help_exit_codes[] = {
    {EXIT_DONE, "done"},
    {EXIT_FAILED, "failed: a bad file, a wrong architecture, the device said no"},
    {EXIT_USAGE, "a mistake on the command line, in the environment or the settings"},
    {EXIT_NOTHING, "nothing to do"},
    {EXIT_DEVICE, "no device, or several, busy, or not Gantry"},
    {EXIT_REFUSED, "refused by verification or version"},
    {EXIT_SPACE, "no space, on the device or where a file is to be written"},
    {EXIT_LOST, "connection lost, silent or garbled; the same command again resumes"},
    {EXIT_PERMISSION, "no permission"},
    {EXIT_MEMORY, "no memory on this computer"},
    {EXIT_INTERRUPTED, "interrupted"},
    {0, NULL},
};

const struct help_variable help_variables[] = {
    {"LOADER_DEVICE", "stands for --device"},
    {"LOADER_PATIENCE_MS",
     "milliseconds that a device may be silent, 50 to 60000 (2500; emulated boards 10000)"},
    {"LOADER_RATE", "rate of serial ports, for selectors without one (115200)"},
    {"LOADER_KEY", "stands for --key of sign, verify and run"},
    {"LOADER_COLOR", "auto, always or never"},
    {"LOADER_CONFIG", "the file of settings (gantry/config.toml in the user's folder for them); "
                      "empty: none"},
    {"LOADER_KEY_PASSWORD", "the password of an encrypted private key"},
    {"GANTRY_BUILD", "the folder with boards, apps and keys of a build (beside the tool)"},
    {"GANTRY_SDK", "the folder with what apps are built from: Gantry's source tree (the tool's)"},
    {"GANTRY_EMU_DIR", "the folder of the emulated boards (in the user's state folder)"},
    {"NO_COLOR",
     "no colours, when it is set to anything; TERM=dumb does the same where none are asked for"},
    {NULL, NULL},
};

static const char several_devices[] = "Several devices at once: -d DEVICE -d DEVICE, or -d all.";

static void print_codes(void)
{
    for (size_t i = 0; help_exit_codes[i].meaning != NULL; i++) {
        printf("  %3d  %s\n", help_exit_codes[i].code, help_exit_codes[i].meaning);
    }
}

static bool starts_group(size_t i)
{
    return i == 0 || strcmp(commands[i]->group, commands[i - 1]->group) != 0;
}

void help_overview(void)
{
    printf("loader-cli puts signed apps onto microcontrollers that run Gantry.\n\n"
           "usage: loader-cli [-d DEVICE] COMMAND [OPTION...] [ARGUMENT...]\n");
    for (size_t i = 0; commands[i] != NULL; i++) {
        if (starts_group(i)) {
            printf("\n%s:\n", commands[i]->group);
        }
        printf("  %-21s %s\n", commands[i]->name, commands[i]->summary);
    }
    printf(
        "\nDevices (-d, or LOADER_DEVICE): emu:mps2_an386, usb:VID:PID[:SERIAL],\n"
        "serial:PATH[:RATE], tcp:HOST:PORT; with --board, a flash image file:PATH, a debug "
        "probe\n"
        "openocd:[BOARD or CONFIG], pyocd:[TARGET][@PROBE], jlink:[DEVICE], bmp:PORT, or its "
        "server\n"
        "gdb:HOST:PORT. Without one, the single device that is there is taken. Several at once:\n"
        "each with its own -d; or -d all, which are those on USB and running emulated boards.\n"
        "emu:mps2_an386/1 to /99 are further emulated boards. A device may be silent for\n"
        "LOADER_PATIENCE_MS milliseconds (2500; emulated boards 10000).\n\n"
        "`loader-cli COMMAND --help` explains a command. Exit codes:\n");
    print_codes();
}

void help_command(const struct cli *cli, const struct command *command)
{
    printf("usage: loader-cli %s %s\n\n%s.\n", command->name, command->usage, command->summary);
    if (command->help != NULL) {
        printf("\n%s\n", command->help);
    }
    if (command->several) {
        printf("\n%s\n", several_devices);
    }
    printf("\nOptions:\n");
    help_options(command->options);
    help_options(cli->global);
}

/* Part of a table's row, in which a bar would end the cell. */
static void put_cell(const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '|') {
            putchar('\\');
        }
        putchar(*text);
    }
}

static void markdown_options(const struct poptOption *option)
{
    for (; option != NULL && (option->longName != NULL || option->argInfo != 0); option++) {
        if (option->descrip == NULL || (option->argInfo & POPT_ARGFLAG_DOC_HIDDEN) != 0) {
            continue;
        }
        printf("| `--%s%s", option->longName, option->argDescrip != NULL ? " " : "");
        put_cell(option->argDescrip != NULL ? option->argDescrip : "");
        printf("` | ");
        put_cell(option->descrip);
        printf(" |\n");
    }
}

void help_markdown(void)
{
    printf("# Commands\n\nWritten by `loader-cli help --markdown`.\n\n"
           "Every command takes `--device SELECTOR`, `--json`, `--progress HOW`, `--quiet` and "
           "`--help`.\n\n"
           "| variable | meaning |\n|---|---|\n");
    for (size_t i = 0; help_variables[i].name != NULL; i++) {
        printf("| `%s` | %s |\n", help_variables[i].name, help_variables[i].meaning);
    }
    printf("\n| exit code | meaning |\n|---|---|\n");
    for (size_t i = 0; help_exit_codes[i].meaning != NULL; i++) {
        printf("| %d | %s |\n", help_exit_codes[i].code, help_exit_codes[i].meaning);
    }
    for (size_t i = 0; commands[i] != NULL; i++) {
        const struct command *command = commands[i];

        if (starts_group(i)) {
            printf("\n## %s\n", command->group);
        }
        printf("\n### %s\n\n`loader-cli %s %s`\n\n%s.\n", command->name, command->name,
               command->usage, command->summary);
        if (command->help != NULL) {
            printf("\n```\n%s\n```\n", command->help);
        }
        if (command->several) {
            printf("\n%s\n", several_devices);
        }
        if (command->options != NULL) {
            printf("\n| option | meaning |\n|---|---|\n");
            markdown_options(command->options);
        }
    }
}
