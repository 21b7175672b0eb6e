// SPDX-License-Identifier: Apache-2.0
/* attribute list, set, remove: the sixteen that Tock's bootloader has, in the journal. */
#include <stdio.h>
#include <string.h>

#include <base/bytes.h>
#include <store/store.h>

#include "../device/offline.h"
#include "commands.h"

/* docs/store.md: key, length, value. */
enum { ATTRIBUTES = 16, KEY_SIZE = 8, VALUE_SIZE = 55, BODY_SIZE = KEY_SIZE + 1 + VALUE_SIZE };

struct attribute {
    char key[KEY_SIZE + 1];
    uint8_t length;
    uint8_t value[VALUE_SIZE];
};

/* Reads one; false when there is none there. */
static bool get(const struct store *store, uint32_t index, struct attribute *a)
{
    struct store_frame frame;

    if (store_find(store, STORE_RECORD_ATTRIBUTE, index, &frame) != 0 || frame.length < BODY_SIZE ||
        bytes_all(frame.body, KEY_SIZE, 0) || frame.body[KEY_SIZE] > VALUE_SIZE) {
        return false;
    }
    memcpy(a->key, frame.body, KEY_SIZE);
    a->key[KEY_SIZE] = '\0';
    a->length = frame.body[KEY_SIZE];
    memcpy(a->value, frame.body + KEY_SIZE + 1, a->length);
    return true;
}

/* Opens a session and its store. */
static int open_store(struct cli *cli, struct device *device, bool change, struct store **store)
{
    int code = device_open_offline(cli, device);
    int error;

    if (code != EXIT_DONE) {
        return code;
    }
    *store = offline_store(device->line.offline, change, &error);
    if (*store == NULL) {
        code = device_fail_offline(device, error, "attribute");
        device_close(device);
    }
    return code;
}

static int run_list(struct cli *cli, int count, const char **argument)
{
    json_t *list = json_array();
    struct device device;
    struct store *store;
    int code;

    (void)argument;
    json_object_set_new(cli->result, "attributes", list);
    if (count != 0) {
        return cli_fail(cli, EXIT_USAGE, NULL, "attribute list takes no arguments");
    }
    code = open_store(cli, &device, false, &store);
    if (code != EXIT_DONE) {
        return code;
    }
    for (uint32_t i = 0; i < ATTRIBUTES; i++) {
        struct attribute a;
        char key[4 * KEY_SIZE + 1];
        char value[4 * VALUE_SIZE + 1];

        if (get(store, i, &a)) {
            cli_clean(a.key, strlen(a.key), key, sizeof key);
            cli_clean(a.value, a.length, value, sizeof value);
            cli_say(cli, "%2u  %-8s  %s", i, key, value);
            json_array_append_new(list, json_pack("{s:I, s:s, s:s}", "index", (json_int_t)i, "key",
                                                  key, "value", value));
        }
    }
    device_close(&device);
    return EXIT_DONE;
}

/* Places that a bootloader answers for itself until they are set (boards/common/boot_main.c). */
static const char *const factory[] = {"board", "arch", "appaddr"};
enum { FACTORY = sizeof factory / sizeof factory[0] };

/* Where a key is or belongs; else the first place without one; ATTRIBUTES: there is neither. */
static uint32_t place_of(const struct store *store, const char *key, bool *found)
{
    uint32_t empty = ATTRIBUTES;
    struct attribute a;

    *found = false;
    for (uint32_t i = 0; i < FACTORY; i++) {
        if (strcmp(factory[i], key) == 0) {
            *found = get(store, i, &a);
            return i;
        }
    }
    for (uint32_t i = FACTORY; i < ATTRIBUTES; i++) {
        bool there = get(store, i, &a);

        if (there && strcmp(a.key, key) == 0) {
            *found = true;
            return i;
        }
        empty = !there && empty == ATTRIBUTES ? i : empty;
    }
    return empty;
}

static int bad_key(struct cli *cli)
{
    return cli_fail(cli, EXIT_USAGE, NULL, "a key has 1 to %d characters, a value up to %d",
                    KEY_SIZE, VALUE_SIZE);
}

static int change(struct cli *cli, const char *key, const char *value)
{
    uint8_t body[BODY_SIZE] = {0};
    struct device device;
    struct store *store;
    bool found;
    uint32_t index;
    int error;
    int code = open_store(cli, &device, true, &store);

    if (code != EXIT_DONE) {
        return code;
    }
    index = place_of(store, key, &found);
    if (index == ATTRIBUTES || (value == NULL && !found)) {
        code = value == NULL
                   ? cli_fail(cli, EXIT_NOTHING, "loader-cli attribute list shows what is set",
                              "there is no attribute '%s'", key)
                   : cli_fail(cli, EXIT_SPACE, "loader-cli attribute remove KEY makes room",
                              "all %d attributes are in use", ATTRIBUTES);
    } else {
        if (value != NULL) {
            bytes_move(body, key, strlen(key));
            body[KEY_SIZE] = (uint8_t)strlen(value);
            bytes_move(body + KEY_SIZE + 1, value, strlen(value));
        }
        error = offline_finish(device.line.offline, store_put_begin(store, STORE_RECORD_ATTRIBUTE,
                                                                    index, body, sizeof body));
        code = error != 0 ? device_fail_offline(&device, error, "attribute") : EXIT_DONE;
    }
    if (code == EXIT_DONE) {
        cli_say(cli, "%s: %s", key, value != NULL ? "set" : "removed");
    }
    device_close(&device);
    return code;
}

static int run_set(struct cli *cli, int count, const char **argument)
{
    if (count != 2) {
        return cli_fail(cli, EXIT_USAGE, "loader-cli attribute set --help",
                        "attribute set takes a key and a value");
    }
    return argument[0][0] == '\0' || strlen(argument[0]) > KEY_SIZE ||
                   strlen(argument[1]) > VALUE_SIZE
               ? bad_key(cli)
               : change(cli, argument[0], argument[1]);
}

static int run_remove(struct cli *cli, int count, const char **argument)
{
    if (count != 1) {
        return cli_fail(cli, EXIT_USAGE, "loader-cli attribute remove --help",
                        "attribute remove takes a key");
    }
    return argument[0][0] == '\0' || strlen(argument[0]) > KEY_SIZE
               ? bad_key(cli)
               : change(cli, argument[0], NULL);
}

const struct command command_attribute_list = {
    .name = "attribute list",
    .group = "Flash",
    .summary = "Show the attributes that are set",
    .usage = "",
    .help = "The sixteen that Tock's bootloader has, as they are in the journal.",
    .run = run_list,
};

const struct command command_attribute_set = {
    .name = "attribute set",
    .group = "Flash",
    .summary = "Set an attribute",
    .usage = "KEY VALUE",
    .run = run_set,
};

const struct command command_attribute_remove = {
    .name = "attribute remove",
    .group = "Flash",
    .summary = "Remove an attribute",
    .usage = "KEY",
    .run = run_remove,
};
