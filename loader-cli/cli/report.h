// SPDX-License-Identifier: Apache-2.0
/* What became of a command on several devices: collected, shown as a table, or as one object. */
#ifndef CLI_REPORT_H
#define CLI_REPORT_H

#include "cli.h"

/** One device. */
struct report {
    const char *device;
    char *text; /* what the command has printed there, lines; NULL: nothing */
    size_t used;
    int code;
    char error[600];
    char hint[300];
};

/** Begins: nothing has come, and it has failed. device must stay. */
void report_begin(struct report *report, const char *device);
void report_free(struct report *report);
/** A line that the command has printed. */
void report_text(struct report *report, const char *line);
/** The event that says what is wrong; the last one counts. */
void report_error(struct report *report, const json_t *event);
/** The end. @param code, signal  as children_listener.ended */
void report_ended(struct report *report, int code, int signal);
/** A word for an exit code: "done", "nothing to do", "failed", "interrupted". */
const char *report_word(int code);
/** Says on standard error what is wrong with a device, if anything is. */
void report_show_error(const struct cli *cli, const struct report *report);
/**
 * Shows all: what the commands have printed, and a table; with --json in cli->result.
 * @param errors  what is wrong has not been shown yet
 * @return the worst exit code, reported
 */
int report_all(struct cli *cli, const struct report *report, size_t count, bool errors);

#endif
