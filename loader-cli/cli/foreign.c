// SPDX-License-Identifier: Apache-2.0
#include "foreign.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

struct pair {
    const char *theirs;
    const char *ours; /* what stands behind "tockloader's X is " */
};

static const struct pair foreign_commands[] = {
    {"listen", "loader-cli monitor"},
    {"uninstall", "loader-cli remove NAME..."},
    {"erase-apps", "loader-cli remove --all"},
    {"enable-app", "loader-cli enable NAME..."},
    {"disable-app", "loader-cli disable NAME..."},
    {"sticky-app", "loader-cli sticky NAME..."},
    {"unsticky-app", "loader-cli unsticky NAME..."},
    {"flash", "loader-cli kernel install for kernels, loader-cli write for other bytes"},
    {"dump-flash-page", "loader-cli dump PAGE"},
    {"list-attributes", "loader-cli attribute list"},
    {"set-attribute", "loader-cli attribute set KEY VALUE"},
    {"remove-attribute", "loader-cli attribute remove KEY"},
    {"set-start-address", "loader-cli attribute start ADDRESS"},
    {"inspect-tab", "loader-cli inspect PACKAGE"},
    {"inspect-kernel", "loader-cli inspect FILE"},
    {"local-board", "loader-cli image new FILE --board NAME, then -d file:FILE"},
    {"list-known-boards", "loader-cli boards"},
    {NULL, NULL},
};

static const struct pair foreign_options[] = {
    {"--port", "-d serial:PATH"},
    {"-p", "-d serial:PATH"},
    {"--serial", "-d serial:PATH"},
    {"--baud-rate", "-d serial:PATH:RATE"},
    {"--flash-file", "-d file:PATH, with --board"},
    {"--local-board", "-d file:PATH, with --board"},
    {"--openocd", "-d openocd:, with --board"},
    {"--jlink", "-d jlink:DEVICE, with --board"},
    {"--output-format", "--json, or list --map and list --tree"},
    {"--arch", "nothing here: the device or its description says it"},
    {"--page-size", "nothing here: the device or its description says it"},
    {"--app-address", "nothing here: the device or its description says it"},
    {"--no-bootloader-entry", "nothing here: apps are changed while the kernel runs"},
    {"--bundle-apps", "nothing here: what stays is not written again"},
    {"--preserve-order", "nothing here: no app moves that need not"},
    {"--timestamp", "monitor --timestamps"},
    {"--value", "a value behind the key"},
    {NULL, NULL},
};

static const char *look(const struct pair *pair, const char *word)
{
    static char hint[160];
    const size_t length = strcspn(word, "=");

    for (; pair->theirs != NULL; pair++) {
        if (strlen(pair->theirs) == length && strncmp(pair->theirs, word, length) == 0) {
            snprintf(hint, sizeof hint, "tockloader's %s is %s", pair->theirs, pair->ours);
            return hint;
        }
    }
    return NULL;
}

const char *foreign_command(int count, const char *const *word)
{
    if (count > 1 && strcmp(word[0], "kernel") == 0 && strcmp(word[1], "attrs") == 0) {
        return "tockloader's kernel attrs add is loader-cli key embed";
    }
    return look(foreign_commands, word[0]);
}

const char *foreign_option(const char *word)
{
    return look(foreign_options, word);
}
