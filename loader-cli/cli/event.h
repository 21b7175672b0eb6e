// SPDX-License-Identifier: Apache-2.0
/*
 * What happens while a command runs, for programs (--progress json): one JSON object a line on
 * standard error, docs/schema/event.json. Without it nothing is written. Single-threaded.
 */
#ifndef CLI_EVENT_H
#define CLI_EVENT_H

#include "cli.h"

/** The device is somewhere else in its life: "connected", "restarting". */
void event_state(const struct cli *cli, const char *state);
/**
 * How far a transfer is.
 * @param what  the package
 * @param done, total  bytes; done of them have been acknowledged
 * @param rate  bytes a second; 0: not known
 */
void event_progress(const struct cli *cli, const char *what, uint32_t done, uint32_t total,
                    uint32_t rate);
/** A line of an app. @param line  an object: "app", "text", and "time" if wanted; it stays as it is
 */
void event_line(const struct cli *cli, const json_t *line);
/** A remark. */
void event_note(const struct cli *cli, const char *text);
/** What is wrong. @param hint  may be NULL */
void event_error(const struct cli *cli, int code, const char *text, const char *hint);
/** The last event of every run. */
void event_end(const struct cli *cli, int code);

#endif
