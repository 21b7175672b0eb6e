// SPDX-License-Identifier: Apache-2.0
/* tickv get, append, invalidate, cleanup, reset, hash: the values that apps keep. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../cli/number.h"
#include "../package/package.h"
#include "confirm.h"
#include "tickv.h"

enum { LINE = 16 };

char *tickv_writer;
int tickv_replace;
static char *output;
static char *value_file;
static int yes;

static const struct poptOption get_options[] = {
    {"output", 'o', POPT_ARG_STRING, &output, 0, "write the value to a file", "FILE"},
    TICKV_HASH_OPTION,
    TICKV_PLACE_OPTIONS,
    POPT_TABLEEND,
};

static const struct poptOption append_options[] = {
    {"value-file", 0, POPT_ARG_STRING, &value_file, 0, "the value is what this file holds", "FILE"},
    TICKV_WRITER_OPTION,
    TICKV_REPLACE_OPTION,
    TICKV_FORCE_OPTION,
    TICKV_PLACE_OPTIONS,
    POPT_TABLEEND,
};

static const struct poptOption invalidate_options[] = {
    TICKV_HASH_OPTION,
    TICKV_FORCE_OPTION,
    TICKV_PLACE_OPTIONS,
    POPT_TABLEEND,
};

static const struct poptOption cleanup_options[] = {
    TICKV_FORCE_OPTION,
    TICKV_PLACE_OPTIONS,
    POPT_TABLEEND,
};

static const struct poptOption reset_options[] = {
    {"yes", 'y', POPT_ARG_NONE, &yes, 0, "do not ask", NULL},
    TICKV_PLACE_OPTIONS,
    POPT_TABLEEND,
};

static void show_bytes(const struct cli *cli, const uint8_t *bytes, uint32_t length)
{
    for (uint32_t at = 0; at < length; at += LINE) {
        char hex[3 * LINE + 1] = "";
        char text[LINE + 1] = "";

        for (uint32_t i = 0; i < LINE && at + i < length; i++) {
            const uint8_t byte = bytes[at + i];

            snprintf(hex + (size_t)3 * i, 4, "%02x ", byte);
            text[i] = (char)(byte >= ' ' && byte <= '~' ? byte : '.');
        }
        cli_say(cli, "%04x  %-48s |%s|", at, hex, text);
    }
}

static int show_value(struct cli *cli, const char *key, const struct tickv_object *object)
{
    char hash[2 * SIPHASH_SIZE + 1];
    struct tickv_value value;
    char *hex;
    json_t *writer;

    tickv_value_get(object->value, object->value_length, &value);
    hex = malloc(2 * (size_t)value.length + 1);
    if (hex == NULL) {
        return cli_fail(cli, EXIT_MEMORY, NULL, "out of memory");
    }
    cli_hex(object->hash, SIPHASH_SIZE, hash);
    cli_hex(value.data, value.length, hex);
    writer = value.plain ? json_null() : json_integer(value.write_id);
    json_object_update_new(cli->result,
                           json_pack("{s:s, s:I, s:o, s:s}", "hash", hash, "length",
                                     (json_int_t)value.length, "write_id", writer, "value", hex));
    free(hex);
    if (output != NULL) {
        return file_write(cli, output, value.data, value.length, false);
    }
    if (value.plain) {
        cli_say(cli, "%s: %u bytes, not as Tock's kernel stores a value", key, value.length);
    } else {
        cli_say(cli, "%s: %u bytes, of the app 0x%08x", key, value.length, value.write_id);
    }
    show_bytes(cli, value.data, value.length);
    return EXIT_DONE;
}

static int run_get(struct cli *cli, int count, const char **argument)
{
    uint8_t hash[SIPHASH_SIZE];
    struct tickv_object object;
    struct tickv_area area;
    struct device device;
    int error;
    int code;

    if (count != 1) {
        return cli_fail(cli, EXIT_USAGE, "loader-cli tickv get --help", "tickv get takes a key");
    }
    code = tickv_key(cli, argument[0], hash);
    code = code == EXIT_DONE ? tickv_begin(cli, &device, &area) : code;
    if (code != EXIT_DONE) {
        return code;
    }
    error = tickv_find(&area, hash, &object);
    code = tickv_finish(&device, error == KV_E_NOT_FOUND ? 0 : error, argument[0]);
    if (code == EXIT_DONE && error == KV_E_NOT_FOUND) {
        /* Who removes it has nothing to do; who wants its value has failed. */
        code = cli_fail(cli, EXIT_FAILED, "loader-cli tickv dump shows what there is",
                        "%s: there is no such key", argument[0]);
    }
    code = code == EXIT_DONE ? show_value(cli, argument[0], &object) : code;
    tickv_end(&device, &area);
    return code;
}

int tickv_put(struct device *device, struct tickv_area *area, const char *key, const uint8_t *data,
              size_t length)
{
    uint8_t hash[SIPHASH_SIZE];
    struct tickv_object object;
    uint32_t writer = 0;
    int error;
    int code = tickv_key(device->cli, key, hash);

    if (code != EXIT_DONE) {
        return code;
    }
    if (tickv_writer != NULL) {
        (void)number_read(tickv_writer, &writer); /* the command has looked at it */
    }
    /* What is refused must not have opened the flash for changes. */
    error = length > KV_VALUE_MAX ? (int)KV_E_SIZE : tickv_find(area, hash, &object);
    error = error == 0 && tickv_replace == 0 ? (int)TICKV_E_EXISTS : error;
    error = error == KV_E_NOT_FOUND ? 0 : error;
    code = tickv_finish(device, error, key);
    code = code == EXIT_DONE ? tickv_change(device, area) : code;
    if (code == EXIT_DONE) {
        error = tickv_set(area, hash, data, (uint32_t)length, writer, tickv_replace != 0);
        code = tickv_finish(device, error, key);
    }
    if (code == EXIT_DONE) {
        cli_say(device->cli, "%s: %zu bytes stored", key, length);
    }
    return code;
}

static int run_append(struct cli *cli, int count, const char **argument)
{
    struct bytes file = {NULL, 0};
    struct tickv_area area;
    struct device device;
    uint32_t ignored;
    int code = EXIT_DONE;

    if ((value_file == NULL && count != 2) || (value_file != NULL && count != 1)) {
        return cli_fail(cli, EXIT_USAGE, "loader-cli tickv append --help",
                        "tickv append takes a key and a value, or a key and --value-file");
    }
    if (argument[0][0] == '\0' || (tickv_writer != NULL && !number_read(tickv_writer, &ignored))) {
        return cli_fail(cli, EXIT_USAGE, "as in --write-id 0x1234",
                        "a key has a character at least, and --write-id is a number");
    }
    code = value_file != NULL ? file_read(cli, value_file, &file) : code;
    code = code == EXIT_DONE ? tickv_begin(cli, &device, &area) : code;
    if (code == EXIT_DONE) {
        code = tickv_put(&device, &area, argument[0],
                         value_file != NULL ? file.data : (const uint8_t *)argument[1],
                         value_file != NULL ? file.size : strlen(argument[1]));
        tickv_end(&device, &area);
    }
    bytes_free(&file);
    return code;
}

static int run_invalidate(struct cli *cli, int count, const char **argument)
{
    uint8_t hash[SIPHASH_SIZE];
    struct tickv_object object;
    struct tickv_area area;
    struct device device;
    uint32_t removed;
    int code;

    if (count != 1) {
        return cli_fail(cli, EXIT_USAGE, "loader-cli tickv invalidate --help",
                        "tickv invalidate takes a key");
    }
    code = tickv_key(cli, argument[0], hash);
    code = code == EXIT_DONE ? tickv_begin(cli, &device, &area) : code;
    if (code != EXIT_DONE) {
        return code;
    }
    code = tickv_finish(&device, tickv_find(&area, hash, &object), argument[0]);
    if (code == EXIT_DONE && tickv_is_main(&object)) {
        code = cli_fail(cli, EXIT_REFUSED, "loader-cli tickv reset empties the area",
                        "this object is what the area is known by");
    }
    code = code == EXIT_DONE ? tickv_change(&device, &area) : code;
    if (code == EXIT_DONE) {
        code = tickv_finish(&device, tickv_remove(&area, hash, &removed), argument[0]);
    }
    if (code == EXIT_DONE) {
        cli_say(cli, "%s: removed", argument[0]);
    }
    tickv_end(&device, &area);
    return code;
}

/* Bytes that could be written at once. */
static uint32_t free_bytes(const struct tickv_area *area)
{
    struct tickv_room room;
    uint32_t sum = 0;

    for (uint32_t i = 0; i < area->place.regions; i++) {
        tickv_room(area, i, &room);
        sum += room.free;
    }
    return sum;
}

static int run_cleanup(struct cli *cli, int count, const char **argument)
{
    struct tickv_area area;
    struct device device;
    uint32_t before;
    uint32_t after;
    int code;

    (void)argument;
    if (count != 0) {
        return cli_fail(cli, EXIT_USAGE, NULL, "tickv cleanup takes no arguments");
    }
    code = tickv_begin(cli, &device, &area);
    if (code != EXIT_DONE) {
        return code;
    }
    if (area.blank) {
        code = tickv_finish(&device, KV_E_NOT_FOUND, "tickv cleanup");
    }
    code = code == EXIT_DONE ? tickv_change(&device, &area) : code;
    if (code == EXIT_DONE) {
        before = free_bytes(&area);
        code = tickv_finish(&device, tickv_clean(&area), "tickv cleanup");
        after = free_bytes(&area);
        if (code == EXIT_DONE) {
            cli_say(cli, "%lld bytes given back, %u are free", (long long)after - before, after);
            json_object_update_new(cli->result,
                                   json_pack("{s:I, s:I}", "freed", (json_int_t)after - before,
                                             "free", (json_int_t)after));
        }
    }
    tickv_end(&device, &area);
    return code;
}

static int run_reset(struct cli *cli, int count, const char **argument)
{
    struct tickv_area area;
    struct device device;
    int code;

    (void)argument;
    if (count != 0) {
        return cli_fail(cli, EXIT_USAGE, NULL, "tickv reset takes no arguments");
    }
    code = tickv_begin(cli, &device, &area);
    if (code != EXIT_DONE) {
        return code;
    }
    code = confirm(cli, yes != 0, "All values of all apps will be lost. Go on?");
    code = code == EXIT_DONE ? tickv_change(&device, &area) : code;
    if (code == EXIT_DONE) {
        code = tickv_finish(&device, tickv_reset(&area), "tickv reset");
    }
    if (code == EXIT_DONE) {
        cli_say(cli, "%u regions of %u bytes are empty", area.place.regions,
                area.place.region_size);
    }
    tickv_end(&device, &area);
    return code;
}

static int run_hash(struct cli *cli, int count, const char **argument)
{
    uint8_t hash[SIPHASH_SIZE];
    char hex[2 * SIPHASH_SIZE + 1];
    int code;

    if (count != 1) {
        return cli_fail(cli, EXIT_USAGE, "loader-cli tickv hash --help", "tickv hash takes a key");
    }
    code = tickv_key(cli, argument[0], hash);
    if (code == EXIT_DONE) {
        cli_hex(hash, sizeof hash, hex);
        cli_say(cli, "%s", hex);
        json_object_set_new(cli->result, "hash", json_string(hex));
    }
    return code;
}

const struct command command_tickv_get = {
    .name = "tickv get",
    .group = "Stored values",
    .summary = "Show the value of a key, from an image or through a debug probe",
    .usage = "KEY",
    .help = "What the key-value store of Gantry's and Tock's kernels holds: TicKV's format.\n\n"
            "  loader-cli -d file:flash.img tickv get counter",
    .options = get_options,
    .run = run_get,
};

const struct command command_tickv_append = {
    .name = "tickv append",
    .group = "Stored values",
    .summary = "Store a value under a key",
    .usage = "KEY [VALUE]",
    .help = "A board whose spare pages are known takes the whole change or none of it, whenever "
            "power goes.\nElsewhere (--start-address) only what needs no page replaced is done "
            "without --force.\n\n"
            "  loader-cli -d file:flash.img tickv append counter 12 --write-id 0x1234",
    .options = append_options,
    .run = run_append,
};

const struct command command_tickv_invalidate = {
    .name = "tickv invalidate",
    .group = "Stored values",
    .summary = "Remove the value of a key",
    .usage = "KEY",
    .options = invalidate_options,
    .run = run_invalidate,
};

const struct command command_tickv_cleanup = {
    .name = "tickv cleanup",
    .group = "Stored values",
    .summary = "Give back the room that deleted values take",
    .usage = "",
    .help = "Only regions in which that is worth an erasure, 64 bytes.",
    .options = cleanup_options,
    .run = run_cleanup,
};

const struct command command_tickv_reset = {
    .name = "tickv reset",
    .group = "Stored values",
    .summary = "Erase all values and begin anew",
    .usage = "",
    .help = "A reset that was cut off leaves no key-value store: do it again.",
    .options = reset_options,
    .run = run_reset,
};

const struct command command_tickv_hash = {
    .name = "tickv hash",
    .group = "Stored values",
    .summary = "Show what a key is called in flash; needs no device",
    .usage = "KEY",
    .help = "SipHash-2-4 under a key of zeros, its bytes as they lie in flash.",
    .run = run_hash,
};
