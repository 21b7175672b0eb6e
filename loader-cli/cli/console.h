// SPDX-License-Identifier: Apache-2.0
/*
 * Lines that apps have printed, on their way to people, files and JSON: each with its app in a
 * colour of its own, and with the time when asked for. Single-threaded.
 */
#ifndef CLI_CONSOLE_H
#define CLI_CONSOLE_H

#include <stdio.h>

#include "cli.h"

enum {
    CONSOLE_COLORS = 10,
    CONSOLE_NAME_MAX = 160,
    CONSOLE_KEPT = 10000 /* lines for the JSON object: a device can talk for days */
};

struct console {
    struct cli *cli;
    bool timestamps;
    FILE *log;            /* NULL: none */
    const char *log_path; /* not owned */
    int log_error;        /* errno of the first line that could not be written; 0: none */
    json_t *lines;        /* owned by cli->result; a ring once it is full */
    size_t kept;          /* so many lines at most */
    json_int_t left_out;  /* lines before these */
    char name[CONSOLE_COLORS][CONSOLE_NAME_MAX]; /* who has which colour; "": free */
};

/**
 * Begins. With --json the last lines go to cli->result as "lines", and how many were before them as
 * "lines_left_out"; with --progress json as well, each is an event when it comes.
 * @param log_path  a file to append to; NULL: none
 * @param wanted    lines that were asked for: all of them are kept; 0: no number
 * @return EXIT_DONE, or why the file cannot be opened, reported
 */
int console_open(struct console *console, struct cli *cli, const char *log_path, bool timestamps,
                 size_t wanted);
/** Shows a line. name and text are fit to print (cli_clean()). */
void console_print(struct console *console, const char *name, const char *text);
/** Ends. @return code, or EXIT_SPACE or EXIT_FAILED, reported, when the file is not complete */
int console_close(struct console *console, int code);

#endif
