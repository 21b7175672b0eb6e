// SPDX-License-Identifier: Apache-2.0
/* What users of tockloader type, and what it is here. */
#ifndef CLI_FOREIGN_H
#define CLI_FOREIGN_H

/**
 * A hint for a command that there is not.
 * @param count, word  what was typed: at least one word
 * @return a line; NULL when tockloader has no such command either
 */
const char *foreign_command(int count, const char *const *word);
/** The same for an option, "--port" or "-p". */
const char *foreign_option(const char *word);

#endif
