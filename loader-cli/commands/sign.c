// SPDX-License-Identifier: Apache-2.0
#include "../cli/settings.h"
#include "../package/package.h"
#include "commands.h"

static char *key_path;
static char *public_path;
static char *password_file;
static char *command_line;
static char *digest_out;
static char *signature_in;
static char *output;

static const struct poptOption options[] = {
    {"key", 'k', POPT_ARG_STRING, &key_path, 0, "private key", "FILE.pem"},
    {"password-file", 0, POPT_ARG_STRING, &password_file, 0,
     "the password of an encrypted key is its first line", "FILE"},
    {"sign-command", 0, POPT_ARG_STRING, &command_line, 0,
     "external command: digest on stdin, DER or 64 raw bytes on stdout", "COMMAND"},
    {"digest-out", 0, POPT_ARG_STRING, &digest_out, 0,
     "sign nothing: write what is to be signed elsewhere, MEMBER.digest for each", "FOLDER"},
    {"signature-in", 0, POPT_ARG_STRING, &signature_in, 0,
     "take the signatures made elsewhere, MEMBER.sig for each: DER or 64 raw bytes", "FOLDER"},
    {"pubkey", 0, POPT_ARG_STRING, &public_path, 0,
     "public key of --sign-command or --signature-in", "FILE.pem"},
    {"output", 'o', POPT_ARG_STRING, &output, 0, "write here instead of in place", "FILE"},
    POPT_TABLEEND,
};

/* Whether one way of signing is named, with what it needs. */
static bool is_sound(void)
{
    int ways =
        (key_path != NULL) + (command_line != NULL) + (digest_out != NULL) + (signature_in != NULL);
    bool elsewhere = command_line != NULL || signature_in != NULL;

    return ways == 1 && elsewhere == (public_path != NULL) &&
           (digest_out == NULL || output == NULL);
}

static int sign(struct cli *cli, struct tab *tab, const char *path)
{
    struct key key;
    int code = key_read(cli, key_path != NULL ? key_path : public_path, &key);

    if (code != EXIT_DONE) {
        return code;
    }
    code = signature_in != NULL ? package_sign_from(cli, tab, &key, signature_in)
                                : package_sign(cli, tab, &key, command_line);
    code = code != EXIT_DONE ? code : tab_write(cli, path, tab);
    if (code == EXIT_DONE) {
        cli_say(cli, "%s: signed", path);
    }
    return code;
}

static int run(struct cli *cli, int count, const char **argument)
{
    static struct tab tab;
    int code;

    if (key_path == NULL && command_line == NULL && digest_out == NULL && signature_in == NULL) {
        const char *usual = settings_value("key", NULL);

        key_path = usual[0] != '\0' ? (char *)(uintptr_t)usual : NULL;
    }
    if (count != 1 || !is_sound()) {
        return cli_fail(cli, EXIT_USAGE, "loader-cli sign --help",
                        "sign takes one package, and --key, or --digest-out, or --sign-command or "
                        "--signature-in with --pubkey");
    }
    cli->password_file = password_file;
    code = tab_read(cli, argument[0], &tab);
    if (code != EXIT_DONE) {
        return code;
    }
    if (digest_out != NULL) {
        code = package_digests(cli, &tab, digest_out);
        if (code == EXIT_DONE) {
            cli_say(cli, "%s: %zu digest%s to be signed in %s", argument[0], tab.count,
                    tab.count == 1 ? "" : "s", digest_out);
        }
    } else {
        code = sign(cli, &tab, output != NULL ? output : argument[0]);
    }
    tab_free(&tab);
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
        "becomes larger. The signature is verified before anything is written. Keys are PEM (SEC1\n"
        "or PKCS#8) or DER; LOADER_KEY stands for --key. The password of an encrypted one comes\n"
        "from --password-file, LOADER_KEY_PASSWORD, LOADER_KEY_PASSWORD_FILE, or is asked for\n"
        "on a terminal.\n\n"
        "  loader-cli sign app.tab --key app-key.pem\n"
        "  loader-cli sign app.tab --pubkey hsm.pub.pem --sign-command 'openssl pkeyutl -sign "
        "-inkey hsm.pem'\n\n"
        "With the key on a machine that is connected to nothing:\n\n"
        "  loader-cli sign app.tab --digest-out stick\n"
        "  openssl pkeyutl -sign -inkey key.pem -in stick/cortex-m3.tbf.digest \\\n"
        "      -out stick/cortex-m3.tbf.sig\n"
        "  loader-cli sign app.tab --signature-in stick --pubkey key.pub.pem",
    .options = options,
    .run = run,
};
