// SPDX-License-Identifier: Apache-2.0
/* Manual pages, written from what the commands say of themselves. */
#ifndef CLI_MAN_H
#define CLI_MAN_H

#include "cli.h"

/** Prints loader-cli(1) in the language of man(7). Words are escaped. */
void man_overview(const struct cli *cli);
/** Prints loader-cli-COMMAND(1). */
void man_command(const struct cli *cli, const struct command *command);
/** The name of a command's page without ".1": spaces become '-'. @return text */
const char *man_name(const struct command *command, char *text, size_t size);

#endif
