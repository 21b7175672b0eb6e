// SPDX-License-Identifier: Apache-2.0
#include <mbedtls/platform_util.h>

#include "../package/package.h"
#include "commands.h"

static int run(struct cli *cli, int count, const char **argument)
{
    struct key key;
    char hex[65];
    int code;

    if (count != 1) {
        return cli_fail(cli, EXIT_USAGE, "loader-cli keygen --help", "keygen takes one file name");
    }
    code = key_generate(cli, &key);
    code = code != EXIT_DONE ? code : key_write(cli, argument[0], &key);
    mbedtls_platform_zeroize(key.private_key, sizeof key.private_key);
    if (code == EXIT_DONE) {
        cli_hex(key.fingerprint, sizeof key.fingerprint, hex);
        json_object_set_new(cli->result, "fingerprint", json_string(hex));
        cli_say(cli, "new P-256 key in %s, public half beside it (.pub.pem)", argument[0]);
        cli_say(cli, "fingerprint %s", hex);
    }
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
        "  loader-cli keygen app-key.pem",
    .run = run,
};
