// SPDX-License-Identifier: Apache-2.0
#include "man.h"

#include <stdio.h>
#include <string.h>

#include "help.h"

#ifndef LOADER_CLI_VERSION
#define LOADER_CLI_VERSION "0"
#endif

/* What a line must not begin with, and what is no character of its own there. */
static void put_text(const char *text)
{
    bool first = true;

    for (; text != NULL && *text != '\0'; text++) {
        if (first && (*text == '.' || *text == '\'')) {
            printf("\\&");
        }
        if (*text == '\\') {
            printf("\\e");
        } else if (*text == '-') {
            printf("\\-");
        } else {
            putchar(*text);
        }
        first = *text == '\n';
    }
}

const char *man_name(const struct command *command, char *text, size_t size)
{
    snprintf(text, size, "loader-cli-%s", command->name);
    for (char *at = text; *at != '\0'; at++) {
        if (*at == ' ') {
            *at = '-';
        }
    }
    return text;
}

/* Capital letters, as titles of pages have. */
static const char *upper(const char *text, char *out, size_t size)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz";
    size_t i;

    for (i = 0; text[i] != '\0' && i + 1 < size; i++) {
        const char *found = strchr(letters, text[i]);

        out[i] = text[i];
        if (found != NULL) {
            out[i] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[found - letters];
        }
    }
    out[i] = '\0';
    return out;
}

static void put_header(const char *name, const char *summary)
{
    char title[64];

    printf(".\\\" Written by loader-cli help --man\n.TH \"");
    put_text(upper(name, title, sizeof title));
    printf("\" 1 \"\" \"Gantry %s\" \"Gantry\"\n.SH NAME\n", LOADER_CLI_VERSION);
    put_text(name);
    printf(" \\- ");
    put_text(summary);
    printf("\n");
}

static void put_options(const struct poptOption *option)
{
    for (; option != NULL && (option->longName != NULL || option->argInfo != 0); option++) {
        if (option->descrip == NULL || (option->argInfo & POPT_ARGFLAG_DOC_HIDDEN) != 0) {
            continue;
        }
        printf(".TP\n");
        if (option->shortName != '\0') {
            printf("\\fB\\-%c\\fR, ", option->shortName);
        }
        printf("\\fB\\-\\-");
        put_text(option->longName);
        printf("\\fR");
        if (option->argDescrip != NULL) {
            printf(" \\fI");
            put_text(option->argDescrip);
            printf("\\fR");
        }
        printf("\n");
        put_text(option->descrip);
        printf(".\n");
    }
}

/* Paragraphs; those whose lines are indented are examples and stay as they are. */
static void put_paragraphs(const char *text)
{
    bool example = false;
    bool begins = true;

    while (*text != '\0') {
        size_t length = strcspn(text, "\n");
        char line[256];

        snprintf(line, sizeof line, "%.*s", (int)length, text);
        if (length == 0) {
            begins = true;
        } else {
            if (begins || example != (line[0] == ' ')) {
                printf("%s.PP\n", example ? ".fi\n.RE\n" : "");
                example = line[0] == ' ';
                printf("%s", example ? ".RS\n.nf\n" : "");
                begins = false;
            }
            put_text(line + (example ? strspn(line, " ") : 0));
            printf("\n");
        }
        text += length + (text[length] == '\n' ? 1 : 0);
    }
    printf("%s", example ? ".fi\n.RE\n" : "");
}

void man_command(const struct cli *cli, const struct command *command)
{
    char name[64];

    put_header(man_name(command, name, sizeof name), command->summary);
    printf(".SH SYNOPSIS\n.B loader\\-cli ");
    put_text(command->name);
    printf("\n");
    put_text(command->usage);
    printf("\n.SH DESCRIPTION\n");
    put_text(command->summary);
    printf(".\n");
    if (command->help != NULL) {
        put_paragraphs(command->help);
    }
    printf(".SH OPTIONS\n");
    put_options(command->options);
    put_options(cli->global);
    printf(".SH SEE ALSO\n.BR loader\\-cli (1)\n");
}

static void put_commands(void)
{
    for (size_t i = 0; commands[i] != NULL; i++) {
        if (i == 0 || strcmp(commands[i]->group, commands[i - 1]->group) != 0) {
            printf(".SS ");
            put_text(commands[i]->group);
            printf("\n");
        }
        printf(".TP\n\\fB");
        put_text(commands[i]->name);
        printf("\\fR \\fI");
        put_text(commands[i]->usage);
        printf("\\fR\n");
        put_text(commands[i]->summary);
        printf(".\n");
    }
}

void man_overview(const struct cli *cli)
{
    char name[64];

    put_header("loader-cli", "put signed apps onto microcontrollers that run Gantry");
    printf(".SH SYNOPSIS\n.B loader\\-cli\n[\\-d DEVICE] COMMAND [OPTION...] [ARGUMENT...]\n"
           ".SH COMMANDS\n");
    put_commands();
    printf(".SH OPTIONS\nThese are understood by every command.\n");
    put_options(cli->global);
    printf(".SH EXIT STATUS\n");
    for (size_t i = 0; help_exit_codes[i].meaning != NULL; i++) {
        printf(".TP\n%d\n", help_exit_codes[i].code);
        put_text(help_exit_codes[i].meaning);
        printf(".\n");
    }
    printf(".SH ENVIRONMENT\n");
    for (size_t i = 0; help_variables[i].name != NULL; i++) {
        printf(".TP\n");
        put_text(help_variables[i].name);
        printf("\n");
        put_text(help_variables[i].meaning);
        printf(".\n");
    }
    printf(".SH FILES\n.TP\n~/.config/gantry/config.toml\nSettings:\n"
           ".BR loader\\-cli\\-config (1).\n"
           ".SH SEE ALSO\n");
    for (size_t i = 0; commands[i] != NULL; i++) {
        printf(".BR ");
        put_text(man_name(commands[i], name, sizeof name));
        printf(" (1)%s\n", commands[i + 1] != NULL ? "," : "");
    }
}
