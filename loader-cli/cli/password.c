// SPDX-License-Identifier: Apache-2.0
/* Where the passwords of keys come from. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <mbedtls/platform_util.h>

#include "../package/key_file.h"
#include "../posix/terminal.h"
#include "cli.h"

static int ask(struct cli *cli, const char *what, const char *path, char *password)
{
    char question[256];
    char name[200];

    cli_clean(path, strlen(path), name, sizeof name);
    snprintf(question, sizeof question, "%s %s: ", what, name);
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

/* Takes it from where it need not be asked for. *found: one of them was set. */
static int find(struct cli *cli, char *password, bool *found)
{
    const char *given = getenv("LOADER_KEY_PASSWORD");
    const char *file = getenv("LOADER_KEY_PASSWORD_FILE");

    *found = given != NULL || file != NULL;
    if (given != NULL && strlen(given) < PASSWORD_MAX) {
        memcpy(password, given, strlen(given) + 1);
        return EXIT_DONE;
    }
    if (given != NULL) {
        return EXIT_NOTHING; /* too long to be one */
    }
    return file != NULL ? key_password_read(cli, file, password) : EXIT_NOTHING;
}

int cli_ask_password(struct cli *cli, const char *path, char *password)
{
    bool found;
    int code = find(cli, password, &found);

    return found ? code : ask(cli, "password of", path, password);
}

/* Twice: what is typed is not shown, and a key whose password is not known is lost. */
static int ask_twice(struct cli *cli, const char *path, char *password)
{
    char again[PASSWORD_MAX] = "";
    int code = ask(cli, "new password of", path, password);

    code = code == EXIT_DONE ? ask(cli, "once more, the password of", path, again) : code;
    if (code == EXIT_DONE && strcmp(password, again) != 0) {
        code = cli_fail(cli, EXIT_FAILED, "run the same command again",
                        "the two passwords differ, and no key was written");
    }
    mbedtls_platform_zeroize(again, sizeof again);
    return code;
}

int cli_new_password(struct cli *cli, const char *path, char *password)
{
    bool found = true;
    int code = cli->password_file != NULL ? key_password_read(cli, cli->password_file, password)
                                          : find(cli, password, &found);

    code = found ? code : ask_twice(cli, path, password);
    if (code == EXIT_NOTHING || (code == EXIT_DONE && password[0] == '\0')) {
        return cli_fail(cli, EXIT_USAGE,
                        "--password-file, LOADER_KEY_PASSWORD or LOADER_KEY_PASSWORD_FILE",
                        "there is no password of 1 to %d bytes for '%s'", PASSWORD_MAX - 1, path);
    }
    return code;
}
