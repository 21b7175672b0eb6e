// SPDX-License-Identifier: Apache-2.0
/*
 * Runs of the real loader-cli, and what they must look like: of this build, or the one that TOOL
 * names.
 */
#ifndef CLI_TOOL_H
#define CLI_TOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { TOOL_ARGUMENTS_MAX = 16, TOOL_HUNG = -1, TOOL_CRASHED = -2 };

struct tool_run {
    int code; /* exit code, TOOL_HUNG or TOOL_CRASHED */
    char out[32768];
    char err[32768];
};

/** Makes the test's own folder, for everything that the tool writes; ends with the process. */
void tool_setup(void);
/** The folder. */
const char *tool_folder(void);
/** Joins the folder and a name; answers text. */
const char *tool_path(char *text, size_t size, const char *name);

/**
 * Runs the tool to its end.
 * @param device     NULL: none is named
 * @param arguments  words, ended by NULL
 */
void tool_run(struct tool_run *run, const char *device, const char *const *arguments);
/** Starts it and does not wait. @param as_nobody  without any rights */
pid_t tool_begin(const char *device, const char *const *arguments, bool as_nobody);
/** Starts it with standard error going to an open file, which the tool's process alone keeps. */
pid_t tool_begin_to(int err, const char *device, const char *const *arguments);
/** Becomes the tool, in a process that has been made ready for it. */
_Noreturn void tool_become(const char *const *arguments);
/** Waits for what tool_begin() has started. */
void tool_end(struct tool_run *run, pid_t pid);

/** NULL when it ended with code and, unless that is 0, reported so: one error, one hint; else why.
 */
const char *tool_fault(const struct tool_run *run, int code);
/** How often a text is in another. */
size_t tool_count(const char *text, const char *wanted);
/** Whether text has no control character but line ends. */
bool tool_is_clean(const char *text);
/** Prints a run, for a test that fails. */
void tool_show(const struct tool_run *run);

#endif
