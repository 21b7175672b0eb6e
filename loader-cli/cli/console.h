// SPDX-License-Identifier: Apache-2.0
/*
 * Lines that apps have printed, on their way to people, files and JSON: each with its app in a
 * colour of its own, and with the time when asked for. Single-threaded.
 */
#ifndef CLI_CONSOLE_H
#define CLI_CONSOLE_H

#include <stdio.h>

#include "cli.h"

enum { CONSOLE_COLORS = 10, CONSOLE_NAME_MAX = 160 };

struct console {
    struct cli *cli;
    bool timestamps;
    FILE *log;            /* NULL: none */
    const char *log_path; /* not owned */
    int log_error;        /* errno of the first line that could not be written; 0: none */
    json_t *lines;        /* owned by cli->result */
    char name[CONSOLE_COLORS][CONSOLE_NAME_MAX]; /* who has which colour; "": free */
};

/**
 * Begins; lines go to cli->result as "lines" too, with --json.
 * @param log_path  a file to append to; NULL: none
 * @return EXIT_DONE, or why the file cannot be opened, reported
 */
int console_open(struct console *console, struct cli *cli, const char *log_path, bool timestamps);
/** Shows a line. name and text are fit to print (cli_clean()). */
void console_print(struct console *console, const char *name, const char *text);
/** Ends. @return code, or EXIT_SPACE or EXIT_FAILED, reported, when the file is not complete */
int console_close(struct console *console, int code);

#endif
