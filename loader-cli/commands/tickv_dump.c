// SPDX-License-Identifier: Apache-2.0
/* tickv dump: every object of an area, whether or not a kernel would take it. */
#include <stdio.h>
#include <string.h>

#include <base/bytes.h>

#include "tickv.h"

enum { SHOWN = 32 };

static const struct poptOption options[] = {
    TICKV_PLACE_OPTIONS,
    POPT_TABLEEND,
};

static const char *state_of(const struct tickv_object *object)
{
    return !object->sound ? "damaged" : object->valid ? "valid" : "deleted";
}

/* The key of an object, if it is one of those named on the command line; "" when not. */
static const char *name_of(const struct tickv_object *object, int count, const char **key)
{
    uint8_t hash[SIPHASH_SIZE];

    for (int i = 0; i < count; i++) {
        siphash_zero_key(key[i], strlen(key[i]), hash);
        if (bytes_equal(hash, object->hash, sizeof hash)) {
            return key[i];
        }
    }
    return tickv_is_main(object) ? "(main)" : "";
}

static json_t *show_object(struct cli *cli, const struct tickv_object *object, const char *name)
{
    static char hex[2 * 4096 + 1]; /* an object's length has 12 bits */
    char hash[2 * SIPHASH_SIZE + 1];
    char text[SHOWN + 1];
    char shown[4 * SHOWN + 1];
    char writer[12] = "-";
    struct tickv_value value;
    json_t *entry;

    tickv_value_get(object->value, object->value_length, &value);
    if (!value.plain) {
        snprintf(writer, sizeof writer, "0x%08x", value.write_id);
    }
    snprintf(text, sizeof text, "%.*s", (int)(value.length < SHOWN ? value.length : SHOWN),
             (const char *)value.data);
    cli_clean(text, strlen(text), shown, sizeof shown);
    cli_hex(object->hash, SIPHASH_SIZE, hash);
    cli_hex(value.data, value.length, hex);
    cli_say(cli, "  0x%03x  %-8s %s %5u  %-10s%s%s%s%s", object->offset, state_of(object), hash,
            value.length, writer, name[0] != '\0' ? "  " : "", name, shown[0] != '\0' ? "  " : "",
            shown);
    entry =
        json_pack("{s:I, s:s, s:s, s:I, s:s}", "offset", (json_int_t)object->offset, "state",
                  state_of(object), "hash", hash, "length", (json_int_t)value.length, "value", hex);
    json_object_set_new(entry, "write_id",
                        value.plain ? json_null() : json_integer(value.write_id));
    return entry;
}

static void show_region(struct cli *cli, const struct tickv_area *area, uint32_t index,
                        json_t *list, int count, const char **key)
{
    json_t *objects = json_array();
    struct tickv_object object;
    struct tickv_room room;
    uint32_t region = index;
    uint32_t offset = 0;
    const uint32_t address = area->place.address + index * area->place.region_size;

    tickv_room(area, index, &room);
    if (room.free < area->place.region_size) {
        cli_say(cli, "region %u at 0x%08x: %u used, %u dead, %u free%s", index, address, room.used,
                room.dead, room.free, room.garbage != 0 ? ", the rest is not understood" : "");
    }
    while (tickv_next(area, &region, &offset, &object) && object.region == index) {
        json_array_append_new(objects, show_object(cli, &object, name_of(&object, count, key)));
    }
    json_array_append_new(list,
                          json_pack("{s:I, s:I, s:I, s:I, s:I, s:o}", "address",
                                    (json_int_t)address, "used", (json_int_t)room.used, "dead",
                                    (json_int_t)room.dead, "free", (json_int_t)room.free, "garbage",
                                    (json_int_t)room.garbage, "objects", objects));
}

static int run(struct cli *cli, int count, const char **argument)
{
    json_t *list = json_array();
    struct tickv_area area;
    struct device device;
    int code;

    json_object_set_new(cli->result, "regions", list);
    for (int i = 0; i < count; i++) {
        if (argument[i][0] == '\0') {
            return cli_fail(cli, EXIT_USAGE, NULL, "a key has at least one character");
        }
    }
    code = tickv_begin(cli, &device, &area);
    if (code != EXIT_DONE) {
        return code;
    }
    if (area.blank) {
        cli_say(cli, "%u regions of %u bytes, all erased", area.place.regions,
                area.place.region_size);
    }
    for (uint32_t i = 0; i < area.place.regions; i++) {
        show_region(cli, &area, i, list, count, argument);
    }
    code = tickv_finish(&device, 0, "tickv dump");
    tickv_end(&device, &area);
    return code;
}

const struct command command_tickv_dump = {
    .name = "tickv dump",
    .group = "Stored values",
    .summary = "Show every object of the key-value store",
    .usage = "[KEY...]",
    .help = "Flash holds hashes of the keys; those that are named here are shown with their "
            "names.\nDeleted and damaged objects are shown as well, and regions that hold any.",
    .options = options,
    .run = run,
};
