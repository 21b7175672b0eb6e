// SPDX-License-Identifier: Apache-2.0
#include "../cli/settings.h"
#include "../package/package.h"
#include "commands.h"

static char *key_path;
static char *public_path;
static char *command_line;
static char *output;

static const struct poptOption options[] = {
    {"key", 'k', POPT_ARG_STRING, &key_path, 0, "private key", "FILE.pem"},
    {"sign-command", 0, POPT_ARG_STRING, &command_line, 0,
     "external command: digest on stdin, DER or 64 raw bytes on stdout", "COMMAND"},
    {"pubkey", 0, POPT_ARG_STRING, &public_path, 0, "public key of --sign-command", "FILE.pem"},
    {"output", 'o', POPT_ARG_STRING, &output, 0, "write here instead of in place", "FILE"},
    POPT_TABLEEND,
};

static int run(struct cli *cli, int count, const char **argument)
{
    struct tab tab;
    struct key key;
    int code;

    if (key_path == NULL && command_line == NULL) {
        const char *usual = settings_value("key", NULL);

        key_path = usual[0] != '\0' ? (char *)(uintptr_t)usual : NULL;
    }
    if (count != 1 || (key_path == NULL) == (command_line == NULL) ||
        (command_line != NULL && public_path == NULL)) {
        return cli_fail(cli, EXIT_USAGE, "loader-cli sign --help",
                        "sign takes one package, and --key, or --sign-command with --pubkey");
    }
    code = key_read(cli, key_path != NULL ? key_path : public_path, &key);
    code = code != EXIT_DONE ? code : tab_read(cli, argument[0], &tab);
    if (code != EXIT_DONE) {
        return code;
    }
    code = package_sign(cli, &tab, &key, command_line);
    code = code != EXIT_DONE ? code : tab_write(cli, output != NULL ? output : argument[0], &tab);
    tab_free(&tab);
    if (code == EXIT_DONE) {
        cli_say(cli, "%s: signed", output != NULL ? output : argument[0]);
    }
    return code;
}

const struct command command_sign = {
    .name = "sign",
    .group = "Packages and keys",
    .summary = "Sign a package",
    .usage = "PACKAGE --key KEY.pem [-o FILE]",
    .help =
        "Adds an ECDSA P-256 credential over everything up to the footers of each TBF in the\n"
        "package, in place of the credentials that were there; an object without room for one\n"
        "becomes larger. The signature is verified before anything is written. The password of\n"
        "an encrypted key comes from LOADER_KEY_PASSWORD; LOADER_KEY stands for --key.\n\n"
        "  loader-cli sign app.tab --key app-key.pem\n"
        "  loader-cli sign app.tab --pubkey hsm.pub.pem --sign-command 'openssl pkeyutl -sign "
        "-inkey hsm.pem'",
    .options = options,
    .run = run,
};
