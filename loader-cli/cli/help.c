// SPDX-License-Identifier: Apache-2.0
#include "help.h"

#include <stdio.h>
#include <string.h>

static const char codes[] =
    "0 done, 1 failed, 2 usage, 3 nothing to do, 4 no device (or several, busy, not Gantry),\n"
    "5 refused by verification or version, 6 no space, 7 connection lost, silent or garbled (run\n"
    "the command again: it resumes), 8 no permission, 130 interrupted";

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
        printf("  %-14s %s\n", commands[i]->name, commands[i]->summary);
    }
    printf("\nDevices (-d, or LOADER_DEVICE): emu:mps2_an386, usb:VID:PID[:SERIAL],\n"
           "serial:PATH[:RATE], tcp:HOST:PORT; a flash image file:PATH or a probe's GDB server\n"
           "gdb:HOST:PORT, with --board. Without one, the single device that is there is "
           "taken. A device may be silent for\n"
           "LOADER_PATIENCE_MS milliseconds (2500; emulated boards 10000).\n\n"
           "`loader-cli COMMAND --help` explains a command. Exit codes:\n%s.\n",
           codes);
}

void help_command(const struct command *command, poptContext context)
{
    printf("usage: loader-cli %s %s\n\n%s.\n", command->name, command->usage, command->summary);
    if (command->help != NULL) {
        printf("\n%s\n", command->help);
    }
    printf("\nOptions:\n");
    poptPrintHelp(context, stdout, 0);
}

static void markdown_options(const struct poptOption *option)
{
    for (; option != NULL && (option->longName != NULL || option->argInfo != 0); option++) {
        if (option->descrip == NULL || (option->argInfo & POPT_ARGFLAG_DOC_HIDDEN) != 0) {
            continue;
        }
        printf("| `--%s%s%s` | %s |\n", option->longName, option->argDescrip != NULL ? " " : "",
               option->argDescrip != NULL ? option->argDescrip : "", option->descrip);
    }
}

void help_markdown(void)
{
    printf("# Commands\n\nWritten by `loader-cli help --markdown`.\n\n"
           "Every command takes `--device SELECTOR`, `--json`, `--quiet` and `--help`. "
           "`LOADER_DEVICE` stands for\n`--device`; `LOADER_PATIENCE_MS` is how long a device may "
           "be silent (2500; emulated boards 10000). Exit codes:\n\n```\n%s\n```\n",
           codes);
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
        if (command->options != NULL) {
            printf("\n| option | meaning |\n|---|---|\n");
            markdown_options(command->options);
        }
    }
}

static void man_text(const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '-' || *text == '\\') {
            putchar('\\');
        }
        putchar(*text);
    }
}

void help_man(void)
{
    printf(".TH LOADER\\-CLI 1\n.SH NAME\nloader\\-cli \\- put signed apps onto "
           "microcontrollers\n.SH SYNOPSIS\n.B loader\\-cli\n[\\-d DEVICE] COMMAND [OPTION...] "
           "[ARGUMENT...]\n.SH COMMANDS\n");
    for (size_t i = 0; commands[i] != NULL; i++) {
        printf(".SS ");
        man_text(commands[i]->name);
        printf(" ");
        man_text(commands[i]->usage);
        printf("\n");
        man_text(commands[i]->summary);
        printf(".\n");
        if (commands[i]->help != NULL) {
            printf(".PP\n.nf\n");
            man_text(commands[i]->help);
            printf("\n.fi\n");
        }
    }
    printf(".SH EXIT STATUS\n%s.\n", codes);
}

/* First words of all commands, each once. */
static void print_words(void)
{
    for (size_t i = 0; commands[i] != NULL; i++) {
        size_t length = strcspn(commands[i]->name, " ");

        if (i == 0 || strncmp(commands[i]->name, commands[i - 1]->name, length) != 0 ||
            commands[i - 1]->name[length] != ' ') {
            printf("%.*s ", (int)length, commands[i]->name);
        }
    }
}

bool help_completion(const char *shell)
{
    if (strcmp(shell, "bash") == 0) {
        printf("_loader_cli() {\n    local word=${COMP_WORDS[COMP_CWORD]}\n"
               "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n        COMPREPLY=($(compgen -W '");
        print_words();
        printf("' -- \"$word\"))\n    else\n        COMPREPLY=($(compgen -f -- \"$word\"))\n"
               "    fi\n}\ncomplete -o filenames -F _loader_cli loader-cli\n");
    } else if (strcmp(shell, "zsh") == 0) {
        printf("#compdef loader-cli\nif (( CURRENT == 2 )); then\n    compadd ");
        print_words();
        printf("\nelse\n    _files\nfi\n");
    } else if (strcmp(shell, "fish") == 0) {
        printf("complete -c loader-cli -n __fish_use_subcommand -f -a '");
        print_words();
        printf("'\n");
    } else {
        return false;
    }
    return true;
}
