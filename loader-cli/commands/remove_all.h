// SPDX-License-Identifier: Apache-2.0
/* remove --all. */
#ifndef COMMANDS_REMOVE_ALL_H
#define COMMANDS_REMOVE_ALL_H

#include "../cli/cli.h"

/**
 * Removes every app.
 * @param sticky  also those that are sticky
 * @param yes     without a question
 * @return an exit code; reported
 */
int remove_all(struct cli *cli, bool sticky, bool yes);

#endif
