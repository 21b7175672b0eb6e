// SPDX-License-Identifier: Apache-2.0
#include "terminal.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool is_dumb(void)
{
    const char *term = getenv("TERM");

    return term == NULL || strcmp(term, "dumb") == 0;
}

bool terminal_wants_color(const char *wanted)
{
    const char *no_color = getenv("NO_COLOR");

    if ((no_color != NULL && no_color[0] != '\0') || strcmp(wanted, "never") == 0) {
        return false;
    }
    return strcmp(wanted, "always") == 0 || (isatty(STDOUT_FILENO) != 0 && !is_dumb());
}

bool terminal_shows_progress(void)
{
    return isatty(STDERR_FILENO) != 0 && !is_dumb();
}
