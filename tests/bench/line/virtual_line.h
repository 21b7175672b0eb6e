// SPDX-License-Identifier: Apache-2.0
/* The modelled line, as loader-cli knows it. */
#ifndef BENCH_VIRTUAL_LINE_H
#define BENCH_VIRTUAL_LINE_H

#include <commands/commands.h>

#include "board.h"

/** Its selectors: one whose rate may be raised, and one whose rate was asked for. */
#define VIRTUAL_LINE       "serial:/modelled"
#define VIRTUAL_LINE_FIXED "serial:/modelled:115200"

enum { VIRTUAL_RATE = 115200 };

/**
 * Runs a command of the tool to its end.
 * @param plan      of a device that has just started; NULL: the one that is there
 * @param argument  of the command; NULL: none
 * @return its exit code
 */
int run_virtually(const struct command *command, const struct board_plan *plan,
                  const char *argument, const char *line, struct board_account *account);

#endif
