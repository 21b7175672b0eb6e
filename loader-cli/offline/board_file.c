// SPDX-License-Identifier: Apache-2.0
/* Descriptions of boards in JSON files: docs/offline.md. */
#include "board_file.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include <base/checked.h>

enum { HALF_MIN = 1024, WRITE_UNIT_MAX = 32, FLASH_MAX = 256 << 20, PATH_MAX_SIZE = 48 };

/* What is read, and the first mistake in it. */
struct reader {
    char wrong[160]; /* "": none so far */
};

__attribute__((format(REPORT_FORMAT, 2, 3))) static void wrong(struct reader *r, const char *format,
                                                               ...)
{
    va_list arguments;

    if (r->wrong[0] == '\0') {
        va_start(arguments, format);
        vsnprintf(r->wrong, sizeof r->wrong, format, arguments);
        va_end(arguments);
    }
}

/* The name of a field that is inside another one. */
static const char *join(char out[PATH_MAX_SIZE], const char *where, const char *key)
{
    snprintf(out, PATH_MAX_SIZE, "%s%s%s", where, where[0] != '\0' ? "." : "", key);
    return out;
}

/* Whether a value is an object that has no fields but these; the list ends with NULL. */
static bool is_object(struct reader *r, const json_t *value, const char *where,
                      const char *const *names)
{
    const char *key;
    json_t *field;

    if (!json_is_object(value)) {
        wrong(r, value == NULL ? "%s is missing" : "%s is no object",
              where[0] != '\0' ? where : "the whole");
        return false;
    }
    json_object_foreach((json_t *)(uintptr_t)value, key, field)
    {
        char path[PATH_MAX_SIZE];
        size_t i = 0;

        while (names[i] != NULL && strcmp(names[i], key) != 0) {
            i++;
        }
        if (names[i] == NULL && key[0] != '$') { /* such as "$comment" */
            wrong(r, "there is no field '%s'", join(path, where, key));
        }
    }
    return true;
}

/* A number of the description; 0 when it is none, or out of range. */
static uint32_t number(struct reader *r, const json_t *object, const char *where, const char *key,
                       uint32_t most)
{
    const json_t *value = json_object_get(object, key);
    const json_int_t n = json_integer_value(value);
    char path[PATH_MAX_SIZE];

    join(path, where, key);
    if (value == NULL) {
        wrong(r, "%s is missing", path);
    } else if (!json_is_integer(value) || n < 0 || n > (json_int_t)most) {
        wrong(r, "%s is no number from 0 to %u", path, (unsigned)most);
    } else {
        return (uint32_t)n;
    }
    return 0;
}

/* A text of at most size - 1 bytes. */
static void text(struct reader *r, const json_t *object, const char *where, const char *key,
                 char *out, size_t size)
{
    const json_t *value = json_object_get(object, key);
    char path[PATH_MAX_SIZE];

    out[0] = '\0';
    join(path, where, key);
    if (value == NULL) {
        wrong(r, "%s is missing", path);
    } else if (!json_is_string(value) || json_string_length(value) == 0 ||
               json_string_length(value) >= size ||
               strlen(json_string_value(value)) != json_string_length(value)) {
        wrong(r, "%s is no text of 1 to %u characters", path, (unsigned)size - 1);
    } else {
        snprintf(out, size, "%s", json_string_value(value));
    }
}

static struct store_extent extent(struct reader *r, const json_t *value, const char *where)
{
    static const char *const fields[] = {"address", "size", NULL};
    struct store_extent e = {0, 0};

    if (is_object(r, value, where, fields)) {
        e.address = number(r, value, where, "address", UINT32_MAX);
        e.size = number(r, value, where, "size", FLASH_MAX);
        if (e.size == 0) {
            wrong(r, "%s.size is 0", where);
        }
    }
    return e;
}

/* Some extents in a list. */
static void extents(struct reader *r, const json_t *root, const char *key, size_t least,
                    size_t most, struct store_extent *out)
{
    const json_t *list = json_object_get(root, key);

    if (!(json_is_array(list) || (list == NULL && least == 0)) || json_array_size(list) < least ||
        json_array_size(list) > most) {
        wrong(r, "%s is no list of %u to %u places", key, (unsigned)least, (unsigned)most);
        return;
    }
    for (size_t i = 0; i < json_array_size(list); i++) {
        char where[PATH_MAX_SIZE];

        snprintf(where, sizeof where, "%s[%zu]", key, i);
        out[i] = extent(r, json_array_get(list, i), where);
    }
}

static void read_runs(struct reader *r, const json_t *runs, struct board *board)
{
    static const char *const fields[] = {"page_size", "page_count", NULL};
    const size_t count = json_array_size(runs);

    if (count == 0 || count > BOARD_RUNS_MAX) {
        wrong(r, "flash.runs is no list of 1 to %d runs of pages", BOARD_RUNS_MAX);
        return;
    }
    board->geometry.run_count = (uint8_t)count;
    for (size_t i = 0; i < count; i++) {
        const json_t *run = json_array_get(runs, i);
        char where[PATH_MAX_SIZE];

        snprintf(where, sizeof where, "flash.runs[%zu]", i);
        if (is_object(r, run, where, fields)) {
            board->run[i].page_size = number(r, run, where, "page_size", FLASH_MAX);
            board->run[i].page_count = number(r, run, where, "page_count", FLASH_MAX);
        }
    }
}

static void read_flash(struct reader *r, const json_t *flash, struct board *board)
{
    static const char *const fields[] = {"base", "write_unit", "erase_value", "runs", NULL};

    if (is_object(r, flash, "flash", fields)) {
        board->geometry.base = number(r, flash, "flash", "base", UINT32_MAX);
        board->geometry.write_unit =
            (uint8_t)number(r, flash, "flash", "write_unit", WRITE_UNIT_MAX);
        board->geometry.erase_value = (uint8_t)number(r, flash, "flash", "erase_value", UINT8_MAX);
        board->geometry.programs_per_unit = 1;
        read_runs(r, json_object_get(flash, "runs"), board);
    }
}

/* What need not be there. */
static void text_or_none(struct reader *r, const json_t *object, const char *where, const char *key,
                         char *out, size_t size)
{
    const json_t *value = json_object_get(object, key);

    if (value != NULL && !(json_is_string(value) && json_string_length(value) == 0)) {
        text(r, object, where, key, out, size);
    }
}

static void read_probe(struct reader *r, const json_t *probe, struct board_probe *out)
{
    static const char *const fields[] = {"openocd", "pyocd", "jlink", NULL};

    if (probe != NULL && is_object(r, probe, "probe", fields)) {
        text_or_none(r, probe, "probe", "openocd", out->openocd, sizeof out->openocd);
        text_or_none(r, probe, "probe", "pyocd", out->pyocd, sizeof out->pyocd);
        text_or_none(r, probe, "probe", "jlink", out->jlink, sizeof out->jlink);
    }
}

/* Not around the end of the address space. */
static void read_ram(struct reader *r, const json_t *ram, struct store_extent *out)
{
    if (ram != NULL) {
        *out = extent(r, ram, "ram");
        if (out->address > UINT32_MAX - out->size) {
            wrong(r, "ram goes around the end of the address space");
        }
    }
}

/* Where apps keep values; a description need not say. */
static void read_storage(struct reader *r, const json_t *storage, struct board *board)
{
    static const char *const fields[] = {"values", "spares", NULL};

    if (storage != NULL && is_object(r, storage, "storage", fields)) {
        board->values = extent(r, json_object_get(storage, "values"), "storage.values");
        board->spares = extent(r, json_object_get(storage, "spares"), "storage.spares");
    }
}

static void read_description(struct reader *r, const json_t *root, struct board *board)
{
    static const char *const fields[] = {"name",  "architecture", "flash",      "journal", "slots",
                                         "apps",  "app_ram",      "identities", "regions", "ram",
                                         "probe", "storage",      NULL};
    const json_t *regions = json_object_get(root, "regions");

    memset(board, 0, sizeof *board);
    if (!is_object(r, root, "", fields)) {
        return;
    }
    text(r, root, "", "name", board->name, sizeof board->name);
    text(r, root, "", "architecture", board->architecture, sizeof board->architecture);
    read_flash(r, json_object_get(root, "flash"), board);
    extents(r, root, "journal", 2, 2, board->journal);
    board->apps = extent(r, json_object_get(root, "apps"), "apps");
    extents(r, root, "slots", 0, BOARD_SLOTS, board->slot);
    read_ram(r, json_object_get(root, "ram"), &board->ram);
    read_probe(r, json_object_get(root, "probe"), &board->probe);
    read_storage(r, json_object_get(root, "storage"), board);
    board->app_ram_size = number(r, root, "", "app_ram", UINT32_MAX);
    board->identities_max = (uint8_t)number(r, root, "", "identities", UINT8_MAX);
    if (regions != NULL && !json_is_boolean(regions)) {
        wrong(r, "regions is neither true nor false");
    }
    board->regions = json_is_true(regions);
}

static void check_geometry(struct reader *r, const struct hil_flash_geometry *g)
{
    uint32_t size = 0;

    for (uint8_t i = 0; i < g->run_count; i++) {
        uint32_t bytes;

        if (!ck_is_power_of_two(g->runs[i].page_size) || g->runs[i].page_count == 0) {
            wrong(r, "flash.runs[%u]: page_size is no power of two, or page_count is 0", i);
        } else if (!ck_mul(g->runs[i].page_size, g->runs[i].page_count, &bytes) ||
                   !ck_add(size, bytes, &size)) {
            wrong(r, "flash.runs[%u] makes the flash too large", i);
        }
    }
    if (size > FLASH_MAX || g->base > UINT32_MAX - size) {
        wrong(r, "flash is larger than %u bytes, or goes around the end of the address space",
              (unsigned)FLASH_MAX);
    }
    if (!ck_is_power_of_two(g->write_unit) || g->write_unit > WRITE_UNIT_MAX) {
        wrong(r, "flash.write_unit is no power of two up to %d", WRITE_UNIT_MAX);
    }
    if (g->erase_value != 0 && g->erase_value != UINT8_MAX) {
        wrong(r, "flash.erase_value is neither 0 nor 255");
    }
}

/* Whether an extent is inside the flash, begins and ends on pages, and is not empty. */
static bool is_on_pages(const struct hil_flash_geometry *g, const struct store_extent *e)
{
    const uint32_t end = g->base + hil_flash_size(g);
    uint32_t start;
    uint32_t size;

    if (e->size == 0 || !ck_range_in(e->address, e->size, g->base, end) ||
        hil_flash_page(g, e->address, &start, &size) != 0 || start != e->address) {
        return false;
    }
    return e->address + e->size == end ||
           (hil_flash_page(g, e->address + e->size, &start, &size) == 0 &&
            start == e->address + e->size);
}

/* Everything in its place, and nothing in two. */
static void check_places(struct reader *r, const struct board *board)
{
    const struct {
        const char *name;
        const struct store_extent *place;
    } all[] = {{"journal[0]", &board->journal[0]},
               {"journal[1]", &board->journal[1]},
               {"apps", &board->apps},
               {"slots[0]", &board->slot[0]},
               {"slots[1]", &board->slot[1]},
               {"storage.values", &board->values},
               {"storage.spares", &board->spares}};
    const size_t count = sizeof all / sizeof all[0];

    if (board->journal[0].size != board->journal[1].size || board->journal[0].size < HALF_MIN) {
        wrong(r, "the two halves of journal differ in size, or are smaller than %d bytes",
              HALF_MIN);
    }
    for (size_t i = 0; i < count; i++) {
        const struct store_extent *place = all[i].place;

        /* What is missing though it must not was found when it was read. */
        if (place->size != 0 && !is_on_pages(&board->geometry, place)) {
            wrong(r, "%s is not in the flash, or does not begin and end on its pages", all[i].name);
        }
        for (size_t j = 0; j < i; j++) {
            if (ck_ranges_overlap(place->address, place->size, all[j].place->address,
                                  all[j].place->size)) {
                wrong(r, "%s and %s overlap", all[j].name, all[i].name);
            }
        }
    }
}

int board_file_read(struct cli *cli, const char *path, struct board *board)
{
    static const char hint[] = "docs/offline.md says what it has to hold";
    struct reader reader = {.wrong = ""};
    json_error_t error;
    json_t *root = json_load_file(path, JSON_REJECT_DUPLICATES, &error);

    if (root == NULL) {
        return cli_fail(cli, EXIT_FAILED, hint,
                        "the board description '%s' cannot be read: line %d: %s", path, error.line,
                        error.text);
    }
    read_description(&reader, root, board);
    json_decref(root);
    board->geometry.runs = board->run;
    if (reader.wrong[0] == '\0') {
        check_geometry(&reader, &board->geometry);
    }
    if (reader.wrong[0] == '\0') {
        check_places(&reader, board);
    }
    return reader.wrong[0] == '\0'
               ? EXIT_DONE
               : cli_fail(cli, EXIT_FAILED, hint, "the board description '%s' is wrong: %s", path,
                          reader.wrong);
}
