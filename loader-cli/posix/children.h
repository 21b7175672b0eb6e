// SPDX-License-Identifier: Apache-2.0
/*
 * This program several times at once, each in a process of its own, and what they say. On a system
 * without fork() this is the only file to write anew.
 */
#ifndef POSIX_CHILDREN_H
#define POSIX_CHILDREN_H

#include <stdbool.h>
#include <stddef.h>

enum { CHILDREN_MAX = 64 };

/** Who hears what they say; called from children_run(). */
struct children_listener {
    /** A whole line of a child's standard output (error: false) or standard error, terminated. */
    void (*line)(void *context, size_t child, bool error, const char *text);
    /**
     * A child has ended, and all its lines have been heard.
     * @param code    its exit code
     * @param signal  the signal that ended it; 0: none, it ended by itself
     */
    void (*ended)(void *context, size_t child, int code, int signal);
    /** Some tenths of a second have passed: time to draw. */
    void (*tick)(void *context);
    void *context;
};

/**
 * Runs this program count times and waits for all of them. An interrupt is passed on to those that
 * run; a second one ends all. Standard input is empty. A line longer than a mebibyte is cut.
 * @param words  of each child, behind the program's name; each ends with NULL
 * @param count  CHILDREN_MAX at most
 * @return 0, or the errno that kept the first of them from starting; those that had started have
 *         been heard to their end, and the others are reported as ended with -1
 */
int children_run(const char *const *const *words, size_t count,
                 const struct children_listener *listener);

#endif
