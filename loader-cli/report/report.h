// SPDX-License-Identifier: Apache-2.0
/*
 * Who asked, and what is told to it: all that the parts below the commands (device, package,
 * offline, transport, posix) know of their caller. They print nothing and read no settings; whoever
 * calls them has hooks for that: the command line in cli/output.c, a program that embeds
 * libgantry in api/handle.c.
 *
 * Functions that report answer an exit code, EXIT_DONE when all is well. One caller is used in one
 * thread at a time; different callers have nothing in common.
 */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <gantry/context.h>

/** Exit codes: the library's errors. Stable, documented in docs/commands.md. */
enum exit_code {
    EXIT_DONE = GANTRY_OK,
    EXIT_FAILED = GANTRY_FAILED,         /* bad file, wrong architecture, the device said no */
    EXIT_USAGE = GANTRY_USAGE,           /* the command line */
    EXIT_NOTHING = GANTRY_NOTHING,       /* nothing to do */
    EXIT_DEVICE = GANTRY_DEVICE,         /* no device, several, busy, or not a Gantry device */
    EXIT_REFUSED = GANTRY_REFUSED,       /* refused by verification or version */
    EXIT_SPACE = GANTRY_SPACE,           /* no space */
    EXIT_LOST = GANTRY_LOST,             /* connection lost, silent or garbled */
    EXIT_PERMISSION = GANTRY_PERMISSION, /* not permitted */
    EXIT_MEMORY = GANTRY_MEMORY,         /* no memory on this computer */
    EXIT_INTERRUPTED = GANTRY_CANCELLED
};

struct cli;
struct json_t;
struct poptOption;

/** Largest password that is taken, bytes. */
enum { PASSWORD_MAX = 256 };

/** What a caller does with what it is told. Each may be NULL: nothing. */
struct report_hooks {
    /** An error, in one line; hint: what to do about it, or NULL. Both are fit to print. */
    void (*error)(struct cli *cli, int code, const char *text, const char *hint);
    /** A remark, or a result in words; printf's arguments, for lines of any length. */
    void (*note)(struct cli *cli, const char *format, va_list arguments);
    void (*say)(struct cli *cli, const char *format, va_list arguments);
    /** A setting's value, "" for none. */
    const char *(*setting)(struct cli *cli, const char *key);
    /**
     * The password of a key file, at most PASSWORD_MAX bytes with the terminator.
     * @return EXIT_DONE; EXIT_NOTHING: there is none, not reported; else what was reported
     */
    int (*password)(struct cli *cli, const char *path, char *password);
    /** A device is about to be opened. */
    void (*opening)(struct cli *cli);
    /** A device was opened. development: it trusts a development key */
    void (*opened)(struct cli *cli, const char *selector, bool development);
    /** The device that was opened is about to restart, or does. */
    void (*restarting)(struct cli *cli);
    /** done of total bytes are there; a transfer begins with done == first. */
    void (*progress)(struct cli *cli, const char *what, uint32_t first, uint32_t done,
                     uint32_t total);
    /** Whether what is being done has to end. */
    bool (*cancelled)(const struct cli *cli);
};

/** A caller: one run of the command line, or one handle of the library. */
struct cli {
    const struct report_hooks *hooks; /* NULL: errors are kept, and nothing else is told */
    void *owner;                      /* the hooks' own */
    char *device;                     /* which device; NULL: the one that is there */
    char *board;                      /* of flash alone; NULL: not named */
    const char *command;              /* its name on a command line; NULL: there is none */
    uint32_t held;  /* errors with these exit codes (1 << code) are kept, not reported */
    char kept[512]; /* the last of them, and its hint; "": none */
    char kept_hint[256];
    const char *password_file; /* --password-file of a command that reads keys; NULL: none */
    /* Only for cli/ and commands/; scripts/layers.sh sees to it. */
    int json;                        /* --json: one object on standard output */
    int quiet;                       /* --quiet: errors only */
    bool events;                     /* --progress json: errors, remarks, progress as lines of it */
    bool color;                      /* standard output is a terminal that wants colour */
    struct json_t *result;           /* the object for --json; commands add to it */
    const struct poptOption *global; /* the options that every command takes */
};

/* Whose formats the compiler checks: C's own, also where the system's library has others. */
#ifdef __MINGW32__
#define REPORT_FORMAT gnu_printf
#else
#define REPORT_FORMAT printf
#endif

/** Tells a result in words. */
void cli_say(const struct cli *cli, const char *format, ...)
    __attribute__((format(REPORT_FORMAT, 2, 3)));
/** Tells a remark. */
void cli_note(const struct cli *cli, const char *format, ...)
    __attribute__((format(REPORT_FORMAT, 2, 3)));
/**
 * Reports an error: one line what and why, and one with the next command.
 * @param hint  NULL: the usual one for such a code; a program that embeds the library may get none
 * @return code, so that a function can end with it
 */
int cli_fail(struct cli *cli, int code, const char *hint, const char *format, ...)
    __attribute__((format(REPORT_FORMAT, 4, 5)));
/**
 * Has errors with further exit codes kept instead of reported, while something is tried.
 * @param codes  1 << enum exit_code, each
 * @return what was held before, to be put back into cli->held
 */
uint32_t cli_hold(struct cli *cli, uint32_t codes);
/** Reports the error that was kept, for a function that ends with it. @return code */
int cli_report(struct cli *cli, int code);
/** A setting's value, "" for none; it stays until the next call. */
const char *cli_setting(struct cli *cli, const char *key);
/** Asks for the password of a key file, as the hook does. */
int cli_password(struct cli *cli, const char *path, char *password);
void cli_opening(struct cli *cli);
void cli_opened(struct cli *cli, const char *selector, bool development);
void cli_restarting(struct cli *cli);
void cli_progress(struct cli *cli, const char *what, uint32_t first, uint32_t done, uint32_t total);
bool cli_cancelled(const struct cli *cli);

/**
 * Makes a string from outside fit to print: control characters, those that turn the direction of
 * text, and what is not UTF-8 become '?', a tabulator a space.
 * @param out, size  the result, always terminated
 * @return out
 */
const char *cli_clean(const void *text, size_t length, char *out, size_t size);
/**
 * Length of the UTF-8 sequence that a text begins with; 0: it is none, or one that controls a
 * terminal or turns the direction of text.
 * @param left  bytes of text, at least 1
 */
size_t cli_printable(const void *text, size_t left);
/** What is printed instead of a byte that is not: a space for a tabulator, else '?'. */
char cli_stand_in(unsigned char byte);
/**
 * Takes the next word off a text, which is changed; as strtok(), without its memory.
 * @param rest  where to go on
 * @return NULL: there is none
 */
char *cli_word(char **rest, const char *separators);
/** Prints bytes as lower-case hexadecimal digits; out has room for 2 * length + 1. */
const char *cli_hex(const uint8_t *data, size_t length, char *out);

#endif
