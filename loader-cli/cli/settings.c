// SPDX-License-Identifier: Apache-2.0
#include "settings.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "toml.h"

enum { FILE_MAX_BYTES = 65536, SETTINGS_MAX = 16, ALIASES_MAX = 64 };

const struct setting settings[] = {
    {"device", "LOADER_DEVICE", "", "the device, for commands without --device"},
    {"board", "LOADER_BOARD", "", "of which board a flash image is or a probe is on"},
    {"patience_ms", "LOADER_PATIENCE_MS", "2500; emulated boards 10000",
     "milliseconds that a device may be silent, 50 to 60000"},
    {"rate", "LOADER_RATE", "115200", "rate of serial ports, for selectors without one"},
    {"rate_max", "LOADER_RATE_MAX", "921600; not where a rate is set",
     "rate to which transfers raise that of a serial port; 0: they do not"},
    {"key", "LOADER_KEY", "", "the key of sign, verify and run, for command lines without --key"},
    {"openocd", "LOADER_OPENOCD", "openocd", "the program behind openocd: selectors"},
    {"pyocd", "LOADER_PYOCD", "pyocd", "the program behind pyocd: selectors"},
    {"jlink_server", "LOADER_JLINK_SERVER", "JLinkGDBServerCLExe",
     "the program behind jlink: selectors"},
    {"color", "LOADER_COLOR", "auto", "auto, always or never; NO_COLOR means never"},
    {NULL, NULL, NULL, NULL},
};

/* What the file says. */
static char path[600];
static char text[SETTINGS_MAX][TOML_TEXT_MAX]; /* in the order of settings[] */
static bool given[SETTINGS_MAX];
static struct setting_alias alias[ALIASES_MAX];
static size_t alias_count;
static char wrong_value[120]; /* what is said of a value that cannot be */

static size_t index_of(const char *key)
{
    size_t i = 0;

    while (settings[i].key != NULL && strcmp(settings[i].key, key) != 0) {
        i++;
    }
    return i;
}

/* The settings that are numbers, and what they may be. */
static const struct range {
    const char *key;
    unsigned long least;
    unsigned long most;
    const char *wrong;
} ranges[] = {
    {"patience_ms", 50, 60000, "not 50 to 60000 milliseconds"},
    {"rate", 1, 12000000, "not 1 to 12000000 bits per second"},
    {"rate_max", 0, 12000000, "not 0 to 12000000 bits per second"},
    {NULL, 0, 0, NULL},
};

/* NULL: the setting is no number. */
static const struct range *range_of(const char *key)
{
    const struct range *range = ranges;

    while (range->key != NULL && strcmp(range->key, key) != 0) {
        range++;
    }
    return range->key != NULL ? range : NULL;
}

static bool is_number(const char *key)
{
    return range_of(key) != NULL;
}

/* What is wrong with the value of a setting; NULL: nothing. */
static const char *check(const char *key, const char *value)
{
    const struct range *range = range_of(key);
    char *end;

    if (range != NULL) {
        const unsigned long number = strtoul(value, &end, 10);

        return value[0] >= '0' && value[0] <= '9' && *end == '\0' && number >= range->least &&
                       number <= range->most
                   ? NULL
                   : range->wrong;
    }
    return strcmp(key, "color") != 0 || strcmp(value, "auto") == 0 ||
                   strcmp(value, "always") == 0 || strcmp(value, "never") == 0
               ? NULL
               : "not auto, always or never";
}

static const char *take_alias(const struct toml_value *value)
{
    if (value->kind != TOML_STRING || strchr(value->text, ':') == NULL) {
        return "a device is a selector such as \"serial:/dev/ttyACM0\"";
    }
    if (strchr(value->key, ':') != NULL || value->key[0] == '\0') {
        return "a device's name has no ':'";
    }
    for (size_t i = 0; i < alias_count; i++) {
        if (strcmp(alias[i].name, value->key) == 0) {
            return "the name comes twice";
        }
    }
    if (alias_count == ALIASES_MAX || strlen(value->text) >= sizeof alias[0].selector) {
        return "there are too many devices, or a selector is too long";
    }
    snprintf(alias[alias_count].name, sizeof alias[0].name, "%s", value->key);
    snprintf(alias[alias_count].selector, sizeof alias[0].selector, "%.299s", value->text);
    alias_count++;
    return NULL;
}

static const char *take(void *context, const struct toml_value *value)
{
    size_t i = index_of(value->key);

    (void)context;
    if (strcmp(value->table, "devices") == 0) {
        return take_alias(value);
    }
    if (value->table[0] != '\0' || settings[i].key == NULL) {
        return "there is no such setting";
    }
    if (given[i]) {
        return "the setting comes twice";
    }
    if (value->kind != (is_number(value->key) ? TOML_NUMBER : TOML_STRING)) {
        return is_number(value->key) ? "the value must be a number" : "the value must be a string";
    }
    if (check(value->key, value->text) != NULL) {
        snprintf(wrong_value, sizeof wrong_value, "%s is '%.40s', %s", value->key, value->text,
                 check(value->key, value->text));
        return wrong_value;
    }
    snprintf(text[i], sizeof text[i], "%s", value->text);
    given[i] = true;
    return NULL;
}

const char *settings_path(void)
{
    const char *file = getenv("LOADER_CONFIG");
    const char *folder = getenv("XDG_CONFIG_HOME");
    const char *home = getenv("HOME");

    if (file != NULL) {
        snprintf(path, sizeof path, "%.512s", file);
    } else if (folder != NULL && folder[0] == '/') {
        /* The specification has relative ones ignored. */
        snprintf(path, sizeof path, "%.512s/gantry/config.toml", folder);
    } else if (home != NULL && home[0] != '\0') {
        snprintf(path, sizeof path, "%.512s/.config/gantry/config.toml", home);
    } else {
        path[0] = '\0';
    }
    return path;
}

/* Makes a file's name in "~/" one of the user's home folder. */
static void expand_home(char *value, size_t size)
{
    const char *home = getenv("HOME");
    char name[TOML_TEXT_MAX];

    if (strncmp(value, "~/", 2) == 0 && home != NULL &&
        strlen(home) + strlen(value) < sizeof name) {
        snprintf(name, sizeof name, "%.250s%.250s", home, value + 1);
        snprintf(value, size, "%s", name);
    }
}

/* What the environment has. */
static int check_environment(struct cli *cli)
{
    for (size_t i = 0; settings[i].key != NULL; i++) {
        const char *value = getenv(settings[i].variable);
        const char *wrong =
            value != NULL && value[0] != '\0' ? check(settings[i].key, value) : NULL;
        char hint[80];

        if (wrong != NULL) {
            snprintf(hint, sizeof hint, "unset %s: loader-cli config shows what holds then",
                     settings[i].variable);
            return cli_fail(cli, EXIT_USAGE, hint, "%s is '%s', %s", settings[i].variable, value,
                            wrong);
        }
    }
    return EXIT_DONE;
}

int settings_load(struct cli *cli)
{
    static char content[FILE_MAX_BYTES];
    const char *name = settings_path();
    FILE *file = name[0] != '\0' ? fopen(name, "r") : NULL;
    const char *wrong;
    size_t length;
    bool bad;
    int line;

    memset(given, 0, sizeof given);
    alias_count = 0;
    if (file == NULL) {
        bool absent = name[0] == '\0' ||
                      ((errno == ENOENT || errno == ENOTDIR) && getenv("LOADER_CONFIG") == NULL);

        return absent
                   ? check_environment(cli)
                   : cli_fail(cli, errno == EACCES ? EXIT_PERMISSION : EXIT_USAGE,
                              "LOADER_CONFIG names another file of settings, LOADER_CONFIG= none",
                              "the settings in '%s' cannot be read: %s", name, strerror(errno));
    }
    length = fread(content, 1, sizeof content - 1, file);
    content[length] = '\0';
    bad = ferror(file) != 0 || length == sizeof content - 1;
    fclose(file);
    if (bad || strlen(content) != length) {
        return cli_fail(cli, EXIT_USAGE,
                        "LOADER_CONFIG names another file of settings, LOADER_CONFIG= none",
                        "'%s' is no file of settings", name);
    }
    wrong = toml_read(content, take, NULL, &line);
    expand_home(text[index_of("key")], sizeof text[0]);
    return wrong == NULL ? check_environment(cli)
                         : cli_fail(cli, EXIT_USAGE, "loader-cli config lists the settings",
                                    "%s:%d: %s", name, line, wrong);
}

const char *settings_value(const char *key, enum setting_origin *origin)
{
    size_t i = index_of(key);
    const char *variable = getenv(settings[i].variable);
    enum setting_origin unused = SETTING_DEFAULT;

    origin = origin != NULL ? origin : &unused;
    if (variable != NULL) {
        *origin = SETTING_ENVIRONMENT;
        return variable;
    }
    *origin = given[i] ? SETTING_FILE : SETTING_DEFAULT;
    return given[i] ? text[i] : "";
}

const char *settings_device(const char *name)
{
    for (size_t i = 0; name != NULL && i < alias_count; i++) {
        if (strcmp(alias[i].name, name) == 0) {
            return alias[i].selector;
        }
    }
    return name;
}

const struct setting_alias *settings_aliases(size_t *count)
{
    *count = alias_count;
    return alias;
}
