// SPDX-License-Identifier: Apache-2.0
/* Help for people, and the same data as manual page and Markdown. */
#ifndef CLI_HELP_H
#define CLI_HELP_H

#include "cli.h"

/** The list of all commands. */
void help_overview(void);
/** Everything about one command. */
void help_command(const struct command *command, poptContext context);
/** docs/commands.md. */
void help_markdown(void);
/** The manual page loader-cli(1). */
void help_man(void);
/** Completions; false for a shell that is not known. */
bool help_completion(const char *shell);

#endif
