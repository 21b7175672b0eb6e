// SPDX-License-Identifier: Apache-2.0
/*
 * What every command shares: where output goes, how errors are reported, what exit codes mean.
 * Single-threaded.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>
#include <popt.h>

/** Exit codes: stable, documented in docs/commands.md. */
enum exit_code {
    EXIT_DONE = 0,
    EXIT_FAILED = 1,     /* bad file, wrong architecture, the device said no */
    EXIT_USAGE = 2,      /* the command line */
    EXIT_NOTHING = 3,    /* nothing to do */
    EXIT_DEVICE = 4,     /* no device, several, busy, or not a Gantry device */
    EXIT_REFUSED = 5,    /* refused by verification or version */
    EXIT_SPACE = 6,      /* no space */
    EXIT_LOST = 7,       /* connection lost, silent or garbled */
    EXIT_PERMISSION = 8, /* not permitted */
    EXIT_INTERRUPTED = 130
};

/** The version of the JSON that --json prints. */
#define CLI_JSON_SCHEMA 1

/** One run of the tool. */
struct cli {
    int json;                  /* --json: one object on standard output */
    int quiet;                 /* --quiet: errors only */
    bool events;               /* --progress json: errors, remarks and progress as lines of JSON */
    char *device;              /* --device, else LOADER_DEVICE; NULL: choose */
    char *board;               /* --board, else LOADER_BOARD: of flash alone; NULL: not named */
    const char *password_file; /* --password-file of a command that reads keys; NULL: none */
    uint32_t held;             /* errors with these exit codes (1 << code) are kept, not reported */
    char kept[512];            /* the last of them, and its hint; "": none */
    char kept_hint[256];
    const struct poptOption *global; /* the options that every command takes */
    bool color;                      /* standard output is a terminal that wants colour */
    json_t *result;                  /* the object for --json; commands add to it */
};

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

/** Prints a line for people: nothing with --json or --quiet. */
void cli_say(const struct cli *cli, const char *format, ...) __attribute__((format(printf, 2, 3)));
/** Prints a remark on standard error: nothing with --quiet. */
void cli_note(const struct cli *cli, const char *format, ...) __attribute__((format(printf, 2, 3)));
/**
 * Reports an error: one line what and why, and one with the next command.
 * @param hint  NULL: the usual one for such a code
 * @return code, so that a command can end with it
 */
int cli_fail(struct cli *cli, int code, const char *hint, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/**
 * Has errors with further exit codes kept instead of reported, while something is tried.
 * @param codes  1 << enum exit_code, each
 * @return what was held before, to be put back into cli->held
 */
uint32_t cli_hold(struct cli *cli, uint32_t codes);
/** Reports the error that was kept, for a command that ends with it. @return code */
int cli_report(struct cli *cli, int code);
/** Prints the JSON object, if one was asked for. At the end of every run. */
void cli_finish(struct cli *cli, int code);

/**
 * Makes a string from outside fit to print: control characters, those that turn the direction of
 * text, and what is not UTF-8 become '?'.
 * @param out, size  the result, always terminated
 * @return out
 */
const char *cli_clean(const void *text, size_t length, char *out, size_t size);
/** Prints bytes as lower-case hexadecimal digits; out has room for 2 * length + 1. */
const char *cli_hex(const uint8_t *data, size_t length, char *out);

#endif
