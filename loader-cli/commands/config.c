// SPDX-License-Identifier: Apache-2.0
/* config: what is set, and where. */
#include <string.h>

#include "../cli/settings.h"
#include "../posix/files.h"
#include "commands.h"

static const char *origin_of(const struct setting *setting, enum setting_origin origin)
{
    return origin == SETTING_ENVIRONMENT ? setting->variable
           : origin == SETTING_FILE      ? "the file"
                                         : "default";
}

static void show(struct cli *cli, const struct setting *setting, json_t *list)
{
    enum setting_origin origin;
    const char *value = settings_value(setting->key, &origin);
    char text[600];

    if (origin == SETTING_DEFAULT) {
        value = setting->usual;
    }
    cli_clean(value, strlen(value), text, sizeof text);
    cli_say(cli, "%-12s %-28s %-18s %s", setting->key, text[0] != '\0' ? text : "-",
            origin_of(setting, origin), setting->meaning);
    json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s, s:s}", "key", setting->key, "value",
                                          text, "from", origin_of(setting, origin), "variable",
                                          setting->variable, "meaning", setting->meaning));
}

static int run(struct cli *cli, int count, const char **argument)
{
    const struct setting_alias *alias;
    json_t *list = json_array();
    json_t *devices = json_object();
    size_t aliases;
    int code;

    (void)argument;
    json_object_set_new(cli->result, "settings", list);
    json_object_set_new(cli->result, "devices", devices);
    json_object_set_new(cli->result, "file", json_string(settings_path()));
    if (count != 0) {
        return cli_fail(cli, EXIT_USAGE, NULL, "config takes no arguments");
    }
    code = settings_load(cli); /* once more: mistakes in it are reported, and the rest is shown */
    cli_say(cli, "file: %s%s", settings_path()[0] != '\0' ? settings_path() : "none",
            files_readable(settings_path()) ? "" : " (not there)");
    cli_say(cli, "%-12s %-28s %-18s %s", "SETTING", "VALUE", "FROM", "MEANING");
    for (size_t i = 0; settings[i].key != NULL; i++) {
        show(cli, &settings[i], list);
    }
    alias = settings_aliases(&aliases);
    for (size_t i = 0; i < aliases; i++) {
        char name[80];
        char selector[320];

        cli_clean(alias[i].name, strlen(alias[i].name), name, sizeof name);
        cli_clean(alias[i].selector, strlen(alias[i].selector), selector, sizeof selector);
        cli_say(cli, "-d %-9s %s", name, selector);
        json_object_set_new(devices, name, json_string(selector));
    }
    return code;
}

const struct command command_config = {
    .name = "config",
    .group = "This computer",
    .summary = "Show what is set, and where",
    .usage = "",
    .help =
        "An option on the command line comes before a variable of the environment, that before "
        "the\n"
        "file of settings. A variable that is set to nothing counts as set. The file is TOML:\n\n"
        "  # ~/.config/gantry/config.toml\n"
        "  device = \"desk\"\n"
        "  rate = 230400\n"
        "  key = \"~/keys/app.pem\"\n"
        "  [devices]\n"
        "  desk = \"serial:/dev/ttyACM0\"\n"
        "  lab = \"tcp:lab.example:5000\"\n\n"
        "Names in [devices] stand for selectors: loader-cli -d lab list",
    .lenient = true,
    .run = run,
};
