// SPDX-License-Identifier: Apache-2.0
/* Where the passwords of keys come from. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../package/key_file.h"
#include "../posix/terminal.h"
#include "cli.h"

static int ask(struct cli *cli, const char *path, char *password)
{
    char question[256];
    char name[200];

    cli_clean(path, strlen(path), name, sizeof name);
    snprintf(question, sizeof question, "password of %s: ", name);
    switch (terminal_ask(question, password, PASSWORD_MAX)) {
    case TERMINAL_ANSWERED:
        return EXIT_DONE;
    case TERMINAL_CANCELLED:
        return cli_fail(cli, EXIT_INTERRUPTED, "run the same command again", "cancelled");
    case TERMINAL_NONE:
    default:
        return EXIT_NOTHING;
    }
}

int cli_ask_password(struct cli *cli, const char *path, char *password)
{
    const char *given = getenv("LOADER_KEY_PASSWORD");
    const char *file = getenv("LOADER_KEY_PASSWORD_FILE");

    if (given != NULL && strlen(given) < PASSWORD_MAX) {
        memcpy(password, given, strlen(given) + 1);
        return EXIT_DONE;
    }
    if (given != NULL) {
        return EXIT_NOTHING; /* too long to be one */
    }
    return file != NULL ? key_password_read(cli, file, password) : ask(cli, path, password);
}
