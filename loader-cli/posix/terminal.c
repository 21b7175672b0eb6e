// SPDX-License-Identifier: Apache-2.0
#include "terminal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { USUAL_COLUMNS = 80, USUAL_LINES = 24 };

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

void terminal_size(size_t *columns, size_t *lines)
{
    struct winsize size;
    bool known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0;

    *columns = known && size.ws_col > 0 ? size.ws_col : USUAL_COLUMNS;
    *lines = known && size.ws_row > 0 ? size.ws_row : USUAL_LINES;
}

size_t terminal_output_columns(void)
{
    struct winsize size;

    if (isatty(STDOUT_FILENO) == 0) {
        return 0;
    }
    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col
                                                                           : USUAL_COLUMNS;
}
