// SPDX-License-Identifier: Apache-2.0
/* Help for people, and the same data as manual page and Markdown. */
#ifndef CLI_HELP_H
#define CLI_HELP_H

#include "cli.h"

/** The list of all commands. */
void help_overview(void);
/** Everything about one command. */
void help_command(const struct cli *cli, const struct command *command);
/** Prints the options of a table that are not hidden, one below the other; NULL: there are none. */
void help_options(const struct poptOption *option);
/** docs/commands.md. */
void help_markdown(void);
/** What an exit code means. */
struct help_code {
    int code;
    const char *meaning; /* NULL: the end of the table */
};

/** All exit codes: stable, never used for anything else. */
extern const struct help_code help_exit_codes[];

/** A variable of the environment that the tool reads. */
struct help_variable {
    const char *name; /* NULL: the end of the table */
    const char *meaning;
};

extern const struct help_variable help_variables[];

#endif
