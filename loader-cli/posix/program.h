// SPDX-License-Identifier: Apache-2.0
/* Other programs that the tool starts and waits for, and where its own parts are. */
#ifndef POSIX_PROGRAM_H
#define POSIX_PROGRAM_H

#include "../report/report.h"

/**
 * Runs a program to its end; what it prints goes to a file.
 * @param words  the program, looked for as the shell does, and its arguments; ends with NULL
 * @param log    the file, written anew; shown on standard error when the program fails
 * @return EXIT_DONE, EXIT_FAILED or EXIT_INTERRUPTED, reported
 */
int program_run(struct cli *cli, const char *const *words, const char *log);

/** This program's own file; "loader-cli" when the system does not say. */
const char *program_self(void);

/**
 * The folder with what apps are built from: GANTRY_SDK, else the tree that this program was built
 * in, else where its package puts it.
 * @return false when it is nowhere
 */
bool program_sdk(char *path, size_t size);

/** Where the build's outputs are: GANTRY_BUILD, else beside this executable. */
const char *build_folder(void);

#endif
