// SPDX-License-Identifier: Apache-2.0
/* tbf credential add, delete: what stands in the footers. */
#include <string.h>

#include <mbedtls/platform_util.h>

#include "../package/credential.h"
#include "commands.h"
#include "tbf.h"

enum { PACKAGE, TYPE, WORDS };

static char *key_path;
static char *id_text;
static unsigned long long id;

static const struct poptOption add_options[] = {
    TBF_FILE_OPTIONS,
    {"key", 'k', POPT_ARG_STRING, &key_path, 0,
     "private key; hmac_sha256: a file whose bytes are the key", "FILE"},
    {"private-key", 0, POPT_ARG_STRING | POPT_ARGFLAG_DOC_HIDDEN, &key_path, 0, NULL, NULL},
    {"password-file", 0, POPT_ARG_STRING, &tbf_files.password_file, 0,
     "the password of an encrypted key is its first line", "FILE"},
    {"id", 0, POPT_ARG_STRING, &id_text, 0, "cleartext_id: the number", "N"},
    {"cleartext-id", 0, POPT_ARG_STRING | POPT_ARGFLAG_DOC_HIDDEN, &id_text, 0, NULL, NULL},
    POPT_TABLEEND,
};

static const struct poptOption delete_options[] = {
    TBF_FILE_OPTIONS,
    POPT_TABLEEND,
};

static int add(struct cli *cli, struct tab_member *member, const char **argument)
{
    const struct credential_kind *kind = credential_named(argument[TYPE]);
    const struct credential_secret secret = {.key_path = key_path, .id = id};
    uint8_t data[CREDENTIAL_DATA_MAX];
    struct tbf_header header;
    int code = image_parse(cli, &member->tbf, member->name, &header);

    code = code != EXIT_DONE ? code
                             : credential_make_room(cli, &member->tbf, member->name, kind, &header);
    code =
        code != EXIT_DONE ? code : credential_make(cli, kind, &member->tbf, &header, &secret, data);
    code = code != EXIT_DONE ? code : credential_add(cli, &member->tbf, member->name, kind, data);
    mbedtls_platform_zeroize(data, sizeof data);
    return code;
}

static int run_add(struct cli *cli, int count, const char **argument)
{
    const struct credential_kind *kind = count == WORDS ? credential_named(argument[TYPE]) : NULL;

    if (kind == NULL || kind->source == CREDENTIAL_NOTHING ||
        kind->format == TBF_CREDENTIAL_RSA3072) {
        return cli_fail(cli, EXIT_USAGE, "loader-cli tbf credential add --help",
                        "tbf credential add takes a package and a kind of credential");
    }
    if ((kind->source == CREDENTIAL_SIGNATURE) != (key_path != NULL) ||
        (kind->source == CREDENTIAL_ID) != (id_text != NULL) ||
        (id_text != NULL && !tbf_number(id_text, UINT64_MAX, &id))) {
        return cli_fail(cli, EXIT_USAGE,
                        "--key FILE for signatures, --id N for cleartext_id, nothing for hashes",
                        "that is not what %s is made of", kind->title);
    }
    return tbf_change_package(cli, argument, add);
}

static int delete_all(struct cli *cli, struct tab_member *member, const char **argument)
{
    size_t removed = 0;
    int code = credential_remove(cli, &member->tbf, member->name, credential_named(argument[TYPE]),
                                 &removed);

    return code == EXIT_DONE && removed == 0 ? EXIT_NOTHING : code;
}

static int run_delete(struct cli *cli, int count, const char **argument)
{
    const struct credential_kind *kind = count == WORDS ? credential_named(argument[TYPE]) : NULL;

    if (kind == NULL || kind->format == TBF_CREDENTIAL_RESERVED) {
        return cli_fail(cli, EXIT_USAGE, "loader-cli tbf credential delete --help",
                        "tbf credential delete takes a package and a kind of credential");
    }
    return tbf_change_package(cli, argument, delete_all);
}

const struct command command_tbf_credential_add = {
    .name = "tbf credential add",
    .group = "Packages and keys",
    .summary = "Add a credential to each object in a package",
    .usage = "PACKAGE KIND [--key FILE] [--id N]",
    .help =
        "  sha256, sha384, sha512      hashes, each of which an object has once\n"
        "  ecdsap256                   signature that Gantry devices ask for (`sign` makes it)\n"
        "  rsa2048, rsa4096            signatures, PKCS#1 v1.5\n"
        "  hmac_sha256                 with a secret that both sides know\n"
        "  cleartext_id                a number of 64 bits, not protected by anything\n\n"
        "It takes the place of Reserved credentials, behind those that there are. An object\n"
        "without room becomes larger, unless that would make a signature void.",
    .options = add_options,
    .run = run_add,
};

const struct command command_tbf_credential_delete = {
    .name = "tbf credential delete",
    .group = "Packages and keys",
    .summary = "Delete credentials of a kind from a package",
    .usage = "PACKAGE KIND",
    .help = "The kinds of `tbf credential add`, and rsa3072. Their room is Reserved afterwards.",
    .options = delete_options,
    .run = run_delete,
};
