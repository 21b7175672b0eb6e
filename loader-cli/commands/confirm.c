// SPDX-License-Identifier: Apache-2.0
#include "confirm.h"

#include <stdio.h>

#include "../posix/terminal.h"
#include "../posix/text.h"

int confirm(struct cli *cli, bool yes, const char *question)
{
    char text[160];
    char answer[8];

    if (yes) {
        return EXIT_DONE;
    }
    snprintf(text, sizeof text, "%s [y/N] ", question);
    switch (terminal_question(text, answer, sizeof answer)) {
    case TERMINAL_ANSWERED:
        return text_same(answer, "y") || text_same(answer, "yes")
                   ? EXIT_DONE
                   : cli_fail(cli, EXIT_NOTHING, NULL, "nothing was changed");
    case TERMINAL_CANCELLED:
        return cli_fail(cli, EXIT_INTERRUPTED, NULL, "nothing was changed");
    default:
        return cli_fail(cli, EXIT_USAGE, "--yes, if it is meant",
                        "this has to be confirmed, and there is no terminal to ask on");
    }
}
