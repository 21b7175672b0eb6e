// SPDX-License-Identifier: Apache-2.0
/*
 * What every command shares: how it is declared, and where output goes.
 * Single-threaded.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>
#include <popt.h>

#include "../report/report.h"

/** The version of the JSON that --json prints. */
#define CLI_JSON_SCHEMA 1

/** One command of the tool. */
struct command {
    const char *name;                 /* as typed; two words for "emu start" and the like */
    const char *group;                /* heading in the list of commands */
    const char *summary;              /* one line */
    const char *usage;                /* arguments behind the name */
    const char *help;                 /* some paragraphs with examples; NULL: summary alone */
    const struct poptOption *options; /* NULL: global ones alone */
    bool lenient;                     /* runs also when the settings cannot be read */
    bool several; /* runs on several devices at once: no state beside its own device */
    /**
     * Does the work.
     * @param count, argument  what is left of the command line, without options
     * @return an exit code; everything has been reported
     */
    int (*run)(struct cli *cli, int count, const char **argument);
};

/** All commands, in the order of the help; ends with NULL. */
extern const struct command *const commands[];

/** Prints what it is told, or adds it to the JSON object. */
extern const struct report_hooks cli_hooks;
/**
 * The hook for passwords: LOADER_KEY_PASSWORD, the file that LOADER_KEY_PASSWORD_FILE names, else
 * the terminal, if both ends are one.
 */
int cli_ask_password(struct cli *cli, const char *path, char *password);
/**
 * The password of a key that is about to be written: --password-file, else as above, but asked for
 * twice.
 * @param password  receives it, PASSWORD_MAX bytes; to be wiped by whoever asks
 * @return an exit code; all but EXIT_DONE has been reported
 */
int cli_new_password(struct cli *cli, const char *path, char *password);
/** Prints the JSON object, if one was asked for. At the end of every run. */
void cli_finish(struct cli *cli, int code);

#endif
