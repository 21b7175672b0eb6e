// SPDX-License-Identifier: Apache-2.0
#include <stdio.h>

#include "../cli/session.h"
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

/* DIRECTORY/MEMBER.SUFFIX, which may not be outside: a member's name is no path. */
static int file_name(struct cli *cli, char *path, size_t size, const char *directory,
                     const char *member, const char *suffix)
{
    int length = snprintf(path, size, "%s/%s.%s", directory, member, suffix);

    return length > 0 && (size_t)length < size
               ? EXIT_DONE
               : cli_fail(cli, EXIT_USAGE, NULL, "the path '%.60s...' is too long", directory);
}

static int read_signature(struct cli *cli, const char *member, uint8_t signature[64])
{
    char path[4096];
    struct bytes file = {NULL, 0};
    int code = file_name(cli, path, sizeof path, signature_in, member, "sig");

    code = code != EXIT_DONE ? code : file_read(cli, path, &file);
    if (code == EXIT_DONE && !gantry_signature_read(file.data, file.size, signature)) {
        code = cli_fail(cli, EXIT_FAILED, "64 raw bytes, or strict DER: no text",
                        "'%s' is no ECDSA P-256 signature", path);
    }
    bytes_free(&file);
    return code;
}

/* Signatures from elsewhere: of a command, or made before. */
static enum gantry_error fetch(void *user, const char *member, const uint8_t digest[32],
                               uint8_t signature[64])
{
    struct session *session = user;
    const uint32_t held = cli_hold(session->cli, UINT32_MAX);
    int code = command_line != NULL
                   ? sign_command_run(session->cli, command_line, digest, signature)
                   : read_signature(session->cli, member, signature);

    return (enum gantry_error)session_keep(session, held, code);
}

static int write_digests(struct session *session, const struct gantry_package *package)
{
    const size_t count = gantry_package_count(package);
    int code = EXIT_DONE;

    for (size_t i = 0; i < count && code == EXIT_DONE; i++) {
        const struct gantry_object *object = gantry_package_object(package, i);
        char path[4096];

        code = file_name(session->cli, path, sizeof path, digest_out, object->member, "digest");
        code = code != EXIT_DONE
                   ? code
                   : file_write(session->cli, path, object->digest, sizeof object->digest, false);
    }
    return code;
}

static int prepare(struct session *session, const char *path, struct gantry_package *package)
{
    const size_t count = gantry_package_count(package);
    int code = session_result(session, gantry_package_prepare(session->gantry, package));

    code = code != EXIT_DONE ? code : write_digests(session, package);
    if (code == EXIT_DONE) {
        cli_say(session->cli, "%s: %zu digest%s to be signed in %s", path, count,
                count == 1 ? "" : "s", digest_out);
    }
    return code;
}

static int sign(struct session *session, const char *path, struct gantry_package *package)
{
    struct gantry *gantry = session->gantry;
    struct gantry_key *key;
    enum gantry_error error;
    int code = session_result(
        session, gantry_key_read(gantry, key_path != NULL ? key_path : public_path, &key));

    if (code != EXIT_DONE) {
        return code;
    }
    error = key_path != NULL ? gantry_package_sign(gantry, package, key)
                             : gantry_package_sign_by(gantry, package, key, fetch, session);
    error = error != GANTRY_OK ? error : gantry_package_write(gantry, package, path);
    code = session_result(session, error);
    gantry_key_free(key);
    if (code == EXIT_DONE) {
        cli_say(session->cli, "%s: signed", path);
    }
    return code;
}

static int sign_file(struct session *session, const char *path)
{
    struct gantry_package *package;
    int code = session_result(session, gantry_package_open(session->gantry, path, &package));

    if (code != EXIT_DONE) {
        return code;
    }
    code = digest_out != NULL ? prepare(session, path, package)
                              : sign(session, output != NULL ? output : path, package);
    gantry_package_free(package);
    return code;
}

static int run(struct cli *cli, int count, const char **argument)
{
    struct session session;
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
    code = session_begin(cli, &session);
    if (code == EXIT_DONE) {
        code = sign_file(&session, argument[0]);
        session_end(&session);
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
