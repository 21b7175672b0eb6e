// SPDX-License-Identifier: Apache-2.0
/*
 * For apps that test a driver from where apps see it: each check prints a line, PASS or FAIL, and
 * the last line counts them.
 */
#ifndef APPS_CHECK_H
#define APPS_CHECK_H

#include <gantry/console.h>
#include <stdbool.h>

struct checks {
    const char *app;
    unsigned passed;
    unsigned failed;
};

static inline void check(struct checks *checks, const char *what, bool holds)
{
    printf("%s: %s %s\r\n", checks->app, holds ? "PASS" : "FAIL", what);
    checks->passed += holds ? 1u : 0;
    checks->failed += holds ? 0 : 1u;
}

/** The app's completion code. */
static inline int check_finish(const struct checks *checks)
{
    printf("%s: %u passed, %u failed\r\n", checks->app, checks->passed, checks->failed);
    return checks->failed == 0 ? ABI_OK : ABI_FAIL;
}

#endif
