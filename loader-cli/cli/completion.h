// SPDX-License-Identifier: Apache-2.0
/* What the shells are given for completion: scripts that ask `loader-cli complete`. */
#ifndef CLI_COMPLETION_H
#define CLI_COMPLETION_H

#include <stdbool.h>

/** Prints the script of a shell: bash, zsh or fish; false for another. */
bool completion_print(const char *shell);

#endif
