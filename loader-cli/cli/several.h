// SPDX-License-Identifier: Apache-2.0
/*
 * One command on several devices at once. Each device has a process of its own: this program, with
 * the same command line and one device. What they say is collected into one report.
 */
#ifndef CLI_SEVERAL_H
#define CLI_SEVERAL_H

#include "cli.h"

enum { SEVERAL_SELECTOR_MAX = 300 };

/** Names the one device of such a process, in front of the command line. */
#define SEVERAL_OPTION "only-device"

/** The devices of a run. */
struct several {
    char (*selector)[SEVERAL_SELECTOR_MAX];
    size_t count;
};

/** Whether what --device has named is more than one device. @param named  ends with NULL; may be it
 */
bool several_are_named(char *const *named);
/**
 * The devices that are named: names of the user's own and "all" are looked up.
 * @param devices  receives them; several_free() in any case
 * @return EXIT_DONE; EXIT_USAGE for one named twice, or too many; EXIT_DEVICE when "all" are none;
 *         reported
 */
int several_find(struct cli *cli, char *const *named, struct several *devices);
void several_free(struct several *devices);
/**
 * Runs the command line on all of them and reports.
 * @param argument  the program's command line, ends with NULL
 * @return EXIT_DONE when all did; else the worst exit code of any: in this order 130, 7, 1, 5, 6,
 *         8, 4, 2, 3
 */
int several_run(struct cli *cli, const struct several *devices, const char *const *argument);

#endif
