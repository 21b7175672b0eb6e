// SPDX-License-Identifier: Apache-2.0
/* A question before something that cannot be taken back. */
#ifndef COMMANDS_CONFIRM_H
#define COMMANDS_CONFIRM_H

#include "../cli/cli.h"

/**
 * Asks whether to go on.
 * @param yes       --yes was given: nothing is asked
 * @param question  a sentence that ends in '?'
 * @return EXIT_DONE: go on; EXIT_USAGE without a terminal and --yes, EXIT_NOTHING after a no,
 *         EXIT_INTERRUPTED; reported
 */
int confirm(struct cli *cli, bool yes, const char *question);

#endif
