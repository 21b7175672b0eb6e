// SPDX-License-Identifier: Apache-2.0
#include "../cli/session.h"
#include "../cli/settings.h"
#include "commands.h"

static char *key_path;

static const struct poptOption options[] = {
    {"key", 'k', POPT_ARG_STRING, &key_path, 0, "key that must have signed", "FILE.pem"},
    POPT_TABLEEND,
};

static int verify(struct session *session, const char *path, const char *by)
{
    struct gantry_package *package = NULL;
    struct gantry_key *key;
    int code = session_result(session, gantry_key_read(session->gantry, by, &key));

    code = code != EXIT_DONE
               ? code
               : session_result(session, gantry_package_open(session->gantry, path, &package));
    code = code != EXIT_DONE
               ? code
               : session_result(session, gantry_package_verify(session->gantry, package, key));
    gantry_package_free(package);
    gantry_key_free(key);
    if (code == EXIT_DONE) {
        cli_say(session->cli, "%s: signed by %s", path, by);
    }
    return code;
}

static int run(struct cli *cli, int count, const char **argument)
{
    const char *path = key_path != NULL ? key_path : settings_value("key", NULL);
    struct session session;
    int code;

    if (count != 1 || path[0] == '\0') {
        return cli_fail(cli, EXIT_USAGE, "loader-cli verify --help",
                        "verify takes one package and --key");
    }
    code = session_begin(cli, &session);
    if (code == EXIT_DONE) {
        code = verify(&session, argument[0], path);
        session_end(&session);
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
