// SPDX-License-Identifier: Apache-2.0
/* What the `tbf` commands share: a package is read, its objects are changed, it is written back. */
#ifndef COMMANDS_TBF_H
#define COMMANDS_TBF_H

#include "../cli/cli.h"
#include "../package/package.h"

/** Which objects, and where the result goes. */
struct tbf_files {
    char *member;        /* objects whose name begins so; NULL: all */
    char *output;        /* NULL: in place */
    char *password_file; /* NULL: none */
};

extern struct tbf_files tbf_files;

/* The first entries of each command's table of options. */
#define TBF_FILE_OPTIONS                                                                           \
    {"member",                                                                                     \
     'm',                                                                                          \
     POPT_ARG_STRING,                                                                              \
     &tbf_files.member,                                                                            \
     0,                                                                                            \
     "only objects whose name begins so, such as cortex-m4",                                       \
     "NAME"},                                                                                      \
    {                                                                                              \
        "output", 'o', POPT_ARG_STRING, &tbf_files.output, 0, "write here instead of in place",    \
            "FILE"                                                                                 \
    }

/** A change of one object. @return an exit code; EXIT_NOTHING: there was nothing to change in it */
typedef int tbf_change(struct cli *cli, struct tab_member *member, const char **argument);

/**
 * Applies a change to the objects of a package; nothing is written unless all went well.
 * @param argument  [0] is the package, the rest is for `change`
 * @return an exit code; EXIT_NOTHING when no object was changed
 */
int tbf_change_package(struct cli *cli, const char **argument, tbf_change *change);

/** Says how many signatures a change has made void, if any. */
void tbf_say_dropped(struct cli *cli, const struct tab_member *member, size_t dropped);

/** Reads a number, decimal or 0x...; false: it is none, or more than max. */
bool tbf_number(const char *text, unsigned long long max, unsigned long long *value);

#endif
