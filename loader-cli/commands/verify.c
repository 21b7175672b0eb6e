// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include <tbf/footer.h>
#include <trust/error.h>
#include <trust/verify.h>

#include "../cli/settings.h"
#include "../package/package.h"
#include "commands.h"

static char *key_path;

static const struct poptOption options[] = {
    {"key", 'k', POPT_ARG_STRING, &key_path, 0, "key that must have signed", "FILE.pem"},
    POPT_TABLEEND,
};

static int verify_member(struct cli *cli, const struct tab_member *member, const struct key *key)
{
    struct tbf_header header;
    uint8_t digest[32];
    const uint8_t *signature;
    uint32_t count = 0;
    int code = image_parse(cli, &member->tbf, member->name, &header);

    if (code != EXIT_DONE) {
        return code;
    }
    package_digest(&member->tbf, &header, digest);
    while ((signature = tbf_ecdsa_signature(member->tbf.data, &header, count)) != NULL) {
        if (trust_verify(key->public_key, digest, signature) == TRUST_VERIFIED) {
            return EXIT_DONE;
        }
        count++;
    }
    if (count == 0) {
        return cli_fail(cli, EXIT_REFUSED, "loader-cli sign PACKAGE --key KEY.pem", "%s: %s",
                        member->name, trust_error_text(TRUST_E_UNSIGNED));
    }
    return cli_fail(cli, EXIT_REFUSED, "it was changed after signing, or signed by another key",
                    "%s: %s", member->name, trust_error_text(TRUST_E_SIGNATURE));
}

static int run(struct cli *cli, int count, const char **argument)
{
    struct tab tab;
    struct key key;
    const char *path = key_path != NULL ? key_path : settings_value("key", NULL);
    int code;

    if (count != 1 || path[0] == '\0') {
        return cli_fail(cli, EXIT_USAGE, "loader-cli verify --help",
                        "verify takes one package and --key");
    }
    code = key_read(cli, path, &key);
    code = code != EXIT_DONE ? code : tab_read(cli, argument[0], &tab);
    if (code != EXIT_DONE) {
        return code;
    }
    for (size_t i = 0; i < tab.count && code == EXIT_DONE; i++) {
        code = verify_member(cli, &tab.member[i], &key);
    }
    tab_free(&tab);
    if (code == EXIT_DONE) {
        cli_say(cli, "%s: signed by %s", argument[0], path);
    }
    return code;
}

const struct command command_verify = {
    .name = "verify",
    .group = "Packages and keys",
    .summary = "Check who signed a package",
    .usage = "PACKAGE --key KEY.pub.pem",
    .options = options,
    .run = run,
};
