// SPDX-License-Identifier: Apache-2.0
/* key show, key embed: what a firmware build needs of keys. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../package/package.h"
#include "c_name.h"
#include "commands.h"

enum { EMBED_MAX = 16 * 1024, KEYS_MAX = 16, DRIVERS_MAX = 64 };

static char *output;
static char *symbol;
static char *owner;
static int development;
static char **drivers;
static char **privileges;

static const struct poptOption embed_options[] = {
    {"output", 'o', POPT_ARG_STRING, &output, 0, "C file to write", "FILE"},
    {"symbol", 0, POPT_ARG_STRING, &symbol, 0, "name of the table", "NAME"},
    {"owner", 0, POPT_ARG_STRING, &owner, 0, "name of the keys' owner", "NAME"},
    {"development", 0, POPT_ARG_NONE, &development, 0, "these are development keys", NULL},
    {"driver", 0, POPT_ARG_ARGV, &drivers, 0,
     "a driver that the owner's apps may use; may be repeated (default: any)", "N"},
    {"privilege", 0, POPT_ARG_ARGV, &privileges, 0,
     "the same for a driver that has to be named: 0x10001 to install apps, 0x10002 to control "
     "others",
     "N"},
    POPT_TABLEEND,
};

static int run_show(struct cli *cli, int count, const char **argument)
{
    struct key key;
    char hex[65];
    int code;

    if (count != 1) {
        return cli_fail(cli, EXIT_USAGE, "loader-cli key show --help", "key show takes one file");
    }
    code = key_read(cli, argument[0], &key);
    if (code == EXIT_DONE) {
        cli_hex(key.fingerprint, sizeof key.fingerprint, hex);
        json_object_set_new(cli->result, "fingerprint", json_string(hex));
        json_object_set_new(cli->result, "private", json_boolean(key.has_private));
        cli_say(cli, "%s: P-256 %s key", argument[0], key.has_private ? "private" : "public");
        cli_say(cli, "fingerprint %s", hex);
    }
    return code;
}

static void add_bytes(char *text, size_t *used, const uint8_t *data, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        *used += (size_t)snprintf(text + *used, EMBED_MAX - *used, "%s0x%02x,",
                                  i % 16 == 0 ? "\n          " : " ", data[i]);
    }
}

static size_t list_length(char *const *list)
{
    size_t count = 0;

    while (list != NULL && list[count] != NULL) {
        count++;
    }
    return count;
}

/* Writes driver numbers; nothing when there are none. */
static int add_drivers(struct cli *cli, char *text, size_t *used, char *const *list)
{
    for (size_t i = 0; i < list_length(list); i++) {
        char *end;
        unsigned long long number = strtoull(list[i], &end, 0);

        if (*end != '\0' || end == list[i] || list[i][0] == '-' || number > UINT32_MAX) {
            return cli_fail(cli, EXIT_USAGE, NULL, "'%s' is no driver number", list[i]);
        }
        *used += (size_t)snprintf(text + *used, EMBED_MAX - *used, " 0x%05llx,", number);
    }
    return EXIT_DONE;
}

/* Who the keys belong to and what they may sign. */
static int add_owner(struct cli *cli, char *text, size_t *used)
{
    size_t driver_count = list_length(drivers);
    size_t privilege_count = list_length(privileges);
    bool any = driver_count + privilege_count != 0;
    int code = EXIT_DONE;

    if (driver_count > DRIVERS_MAX || privilege_count > DRIVERS_MAX) {
        return cli_fail(cli, EXIT_USAGE, NULL, "there can be %d drivers at most", DRIVERS_MAX);
    }
    if (any) {
        *used += (size_t)snprintf(text + *used, EMBED_MAX - *used,
                                  "static const uint32_t drivers[] = {");
        code = add_drivers(cli, text, used, drivers);
        code = code != EXIT_DONE ? code : add_drivers(cli, text, used, privileges);
        *used += (size_t)snprintf(text + *used, EMBED_MAX - *used, "};\n");
    }
    *used += (size_t)snprintf(
        text + *used, EMBED_MAX - *used,
        "static const struct trust_owner owners[] = {\n"
        "    {.name = \"%s\", .development = %s, .drivers = %s, .driver_count = %zu,\n"
        "     .privilege_count = %zu}};\n",
        owner, development != 0 ? "true" : "false", any ? "drivers" : "NULL", driver_count,
        privilege_count);
    return code;
}

static int embed(struct cli *cli, int count, const char **argument, char *text)
{
    size_t used = (size_t)snprintf(text, EMBED_MAX,
                                   "// SPDX-License-Identifier: Apache-2.0\n"
                                   "/* Written by `loader-cli key embed`. */\n#include "
                                   "<stddef.h>\n#include <trust/anchor.h>\n\n");
    int code = add_owner(cli, text, &used);

    if (code != EXIT_DONE) {
        return code;
    }
    used += (size_t)snprintf(text + used, EMBED_MAX - used,
                             "static const struct trust_key keys[] = {\n");
    for (int i = 0; i < count; i++) {
        struct key key;

        code = key_read(cli, argument[i], &key);
        if (code != EXIT_DONE) {
            return code;
        }
        used += (size_t)snprintf(text + used, EMBED_MAX - used,
                                 "    {.owner = 0,\n     .public_key = {");
        add_bytes(text, &used, key.public_key, sizeof key.public_key);
        used += (size_t)snprintf(text + used, EMBED_MAX - used, "},\n     .fingerprint = {");
        add_bytes(text, &used, key.fingerprint, sizeof key.fingerprint);
        used += (size_t)snprintf(text + used, EMBED_MAX - used, "}},\n");
    }
    (void)snprintf(text + used, EMBED_MAX - used,
                   "};\n\nextern const struct trust_anchor %s;\n"
                   "const struct trust_anchor %s = {\n"
                   "    .keys = keys, .owners = owners, .key_count = %d, .owner_count = 1};\n",
                   symbol, symbol, count);
    return file_write(cli, output, text, strlen(text), false);
}

static int run_embed(struct cli *cli, int count, const char **argument)
{
    char text[EMBED_MAX];

    if (count < 1 || count > KEYS_MAX || output == NULL || symbol == NULL || owner == NULL) {
        return cli_fail(cli, EXIT_USAGE, "loader-cli key embed --help",
                        "key embed needs --output, --symbol, --owner and 1 to %d key files",
                        KEYS_MAX);
    }
    if (strlen(owner) > 32 || strpbrk(owner, "\"\\\n") != NULL) {
        return cli_fail(cli, EXIT_USAGE, NULL,
                        "the owner's name is too long or has odd characters");
    }
    if (!c_name_is_sound(symbol)) {
        return cli_fail(cli, EXIT_USAGE, "letters, digits and '_', no digit first",
                        "'%s' is no name in C", symbol);
    }
    return embed(cli, count, argument, text);
}

const struct command command_key_show = {
    .name = "key show",
    .group = "Packages and keys",
    .summary = "Show a key's fingerprint",
    .usage = "FILE.pem",
    .run = run_show,
};

const struct command command_key_embed = {
    .name = "key embed",
    .group = "Packages and keys",
    .summary = "Write public keys as a C table for a firmware build",
    .usage = "--owner NAME --symbol NAME -o FILE.c KEY.pub.pem...",
    .help =
        "The table says whom an image trusts (lib/trust, struct trust_anchor). Firmware that\n"
        "trusts keys given with --development says so at boot and in `loader-cli info`.\n"
        "The Permissions TLV of an app can take away from what its key may use, and add nothing.",
    .options = embed_options,
    .run = run_embed,
};
