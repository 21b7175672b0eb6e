// SPDX-License-Identifier: Apache-2.0
#include <mbedtls/platform_util.h>

#include "../package/package.h"
#include "commands.h"

static int encrypted;
static char *password_file;

static const struct poptOption options[] = {
    {"encrypt", 0, POPT_ARG_NONE, &encrypted, 0, "encrypt the private key with a password", NULL},
    {"password-file", 0, POPT_ARG_STRING, &password_file, 0,
     "the same, and the password is its first line", "FILE"},
    POPT_TABLEEND,
};

/* password: NULL: the key is written as it is. */
static int make(struct cli *cli, const char *path, const char *password)
{
    struct key key;
    char hex[65];
    int code = key_generate(cli, &key);

    code =
        code != EXIT_DONE ? code : key_write_encrypted(cli, path, &key, password, KEY_ITERATIONS);
    mbedtls_platform_zeroize(key.private_key, sizeof key.private_key);
    if (code == EXIT_DONE) {
        cli_hex(key.fingerprint, sizeof key.fingerprint, hex);
        json_object_set_new(cli->result, "fingerprint", json_string(hex));
        cli_say(cli, "new P-256 key in %s%s, public half beside it (.pub.pem)", path,
                password != NULL ? ", encrypted" : "");
        cli_say(cli, "fingerprint %s", hex);
    }
    return code;
}

static int run(struct cli *cli, int count, const char **argument)
{
    char password[PASSWORD_MAX] = "";
    int code;

    if (count != 1) {
        return cli_fail(cli, EXIT_USAGE, "loader-cli keygen --help", "keygen takes one file name");
    }
    if (encrypted == 0 && password_file == NULL) {
        return make(cli, argument[0], NULL);
    }
    cli->password_file = password_file;
    code = cli_new_password(cli, argument[0], password);
    code = code == EXIT_DONE ? make(cli, argument[0], password) : code;
    mbedtls_platform_zeroize(password, sizeof password);
    return code;
}

const struct command command_keygen = {
    .name = "keygen",
    .group = "Packages and keys",
    .summary = "Make a P-256 key pair",
    .usage = "FILE.pem",
    .help =
        "Writes the private key to FILE.pem, readable for you alone, and the public key to\n"
        "FILE.pub.pem. Files that exist are never overwritten. Keep private keys out of version\n"
        "control; for production keep them in an HSM and use `sign --sign-command`.\n\n"
        "With --encrypt the private key is encrypted (PKCS#8, AES-256-CBC, PBKDF2), and every use\n"
        "of it needs the password. It comes from --password-file, LOADER_KEY_PASSWORD,\n"
        "LOADER_KEY_PASSWORD_FILE, or is asked for twice at the terminal.\n\n"
        "  loader-cli keygen app-key.pem\n"
        "  loader-cli keygen --encrypt app-key.pem",
    .options = options,
    .run = run,
};
