// SPDX-License-Identifier: Apache-2.0
#include "board.h"

#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include <base/checked.h>

extern const struct board board_mps2_an386;
extern const struct board board_raspberry_pi_pico;

const struct board *const boards[] = {&board_mps2_an386, &board_raspberry_pi_pico, NULL};

enum { HALF_MIN = 1024, WRITE_UNIT_MAX = 32, FLASH_MAX = 256 << 20 };

const char *board_names(char *names, size_t size)
{
    names[0] = '\0';
    for (size_t i = 0; boards[i] != NULL; i++) {
        size_t used = strlen(names);

        snprintf(names + used, size - used, "%s%s", i == 0 ? "" : ", ", boards[i]->name);
    }
    return names;
}

/* A number of the description; 0 and *ok false when it is none, or out of range. */
static uint32_t number(const json_t *object, const char *key, uint32_t most, bool *ok)
{
    const json_t *value = json_object_get(object, key);
    json_int_t n = json_integer_value(value);

    if (!json_is_integer(value) || n < 0 || n > (json_int_t)most) {
        *ok = false;
        return 0;
    }
    return (uint32_t)n;
}

static void text(const json_t *object, const char *key, char *out, bool *ok)
{
    const char *value = json_string_value(json_object_get(object, key));

    if (value == NULL || value[0] == '\0' || strlen(value) > BOARD_NAME_MAX) {
        *ok = false;
        return;
    }
    snprintf(out, BOARD_NAME_MAX + 1, "%s", value);
}

static struct store_extent extent(const json_t *value, bool *ok)
{
    struct store_extent e = {number(value, "address", UINT32_MAX, ok),
                             number(value, "size", FLASH_MAX, ok)};

    return e;
}

static void read_flash(const json_t *flash, struct board *board, bool *ok)
{
    const json_t *runs = json_object_get(flash, "runs");
    const size_t count = json_array_size(runs);

    board->geometry.base = number(flash, "base", UINT32_MAX, ok);
    board->geometry.write_unit = (uint8_t)number(flash, "write_unit", WRITE_UNIT_MAX, ok);
    board->geometry.erase_value = (uint8_t)number(flash, "erase_value", UINT8_MAX, ok);
    board->geometry.programs_per_unit = 1;
    if (count == 0 || count > BOARD_RUNS_MAX) {
        *ok = false;
        return;
    }
    board->geometry.run_count = (uint8_t)count;
    for (size_t i = 0; i < count; i++) {
        const json_t *run = json_array_get(runs, i);

        board->run[i].page_size = number(run, "page_size", FLASH_MAX, ok);
        board->run[i].page_count = number(run, "page_count", FLASH_MAX, ok);
    }
}

/* What need not be there: a text, "" without it. */
static void text_or_none(const json_t *object, const char *key, char *out, size_t size, bool *ok)
{
    const json_t *value = json_object_get(object, key);

    out[0] = '\0';
    if (value == NULL) {
        return;
    }
    if (!json_is_string(value) || json_string_length(value) >= size ||
        strlen(json_string_value(value)) != json_string_length(value)) {
        *ok = false;
        return;
    }
    snprintf(out, size, "%s", json_string_value(value));
}

static void read_probe(const json_t *probe, struct board_probe *out, bool *ok)
{
    *ok = *ok && (probe == NULL || json_is_object(probe));
    text_or_none(probe, "openocd", out->openocd, sizeof out->openocd, ok);
    text_or_none(probe, "pyocd", out->pyocd, sizeof out->pyocd, ok);
    text_or_none(probe, "jlink", out->jlink, sizeof out->jlink, ok);
}

/* Not empty, and not around the end of the address space. */
static struct store_extent read_ram(const json_t *ram, bool *ok)
{
    struct store_extent e = {0, 0};

    if (ram != NULL) {
        e = extent(ram, ok);
        *ok = *ok && e.size != 0 && e.address <= UINT32_MAX - e.size;
    }
    return e;
}

/* Where apps keep values; a description need not say. */
static void read_storage(const json_t *storage, struct board *board, bool *ok)
{
    if (storage != NULL) {
        board->values = extent(json_object_get(storage, "values"), ok);
        board->spares = extent(json_object_get(storage, "spares"), ok);
        *ok = *ok && board->values.size != 0 && board->spares.size != 0;
    }
}

static bool read_description(const json_t *root, struct board *board)
{
    const json_t *halves = json_object_get(root, "journal");
    const json_t *slots = json_object_get(root, "slots");
    bool ok = json_is_object(root) && json_array_size(halves) == 2 &&
              json_array_size(slots) <= BOARD_SLOTS;

    memset(board, 0, sizeof *board);
    text(root, "name", board->name, &ok);
    text(root, "architecture", board->architecture, &ok);
    read_flash(json_object_get(root, "flash"), board, &ok);
    for (size_t i = 0; i < 2; i++) {
        board->journal[i] = extent(json_array_get(halves, i), &ok);
    }
    board->apps = extent(json_object_get(root, "apps"), &ok);
    for (size_t i = 0; ok && i < json_array_size(slots); i++) {
        board->slot[i] = extent(json_array_get(slots, i), &ok);
    }
    board->ram = read_ram(json_object_get(root, "ram"), &ok);
    read_probe(json_object_get(root, "probe"), &board->probe, &ok);
    read_storage(json_object_get(root, "storage"), board, &ok);
    board->app_ram_size = number(root, "app_ram", UINT32_MAX, &ok);
    board->identities_max = (uint8_t)number(root, "identities", UINT8_MAX, &ok);
    board->regions = json_is_true(json_object_get(root, "regions"));
    return ok;
}

static bool geometry_is_sound(const struct hil_flash_geometry *g)
{
    uint32_t size = 0;

    for (uint8_t i = 0; i < g->run_count; i++) {
        uint32_t bytes;

        if (!ck_is_power_of_two(g->runs[i].page_size) || g->runs[i].page_count == 0 ||
            !ck_mul(g->runs[i].page_size, g->runs[i].page_count, &bytes) ||
            !ck_add(size, bytes, &size)) {
            return false;
        }
    }
    return size <= FLASH_MAX && g->base <= UINT32_MAX - size && ck_is_power_of_two(g->write_unit) &&
           g->write_unit <= WRITE_UNIT_MAX && (g->erase_value == 0 || g->erase_value == UINT8_MAX);
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
static bool is_sound(const struct board *board)
{
    const struct store_extent *all[] = {&board->journal[0], &board->journal[1], &board->apps,
                                        &board->slot[0],    &board->slot[1],    &board->values,
                                        &board->spares};
    const size_t count = sizeof all / sizeof all[0];
    const size_t needed = 3;

    if (!geometry_is_sound(&board->geometry) || board->journal[0].size != board->journal[1].size ||
        board->journal[0].size < HALF_MIN) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        const bool absent = i >= needed && all[i]->size == 0;

        if (!absent && !is_on_pages(&board->geometry, all[i])) {
            return false;
        }
        for (size_t j = 0; j < i; j++) {
            if (ck_ranges_overlap(all[i]->address, all[i]->size, all[j]->address, all[j]->size)) {
                return false;
            }
        }
    }
    return true;
}

static int read_file(struct cli *cli, const char *path, struct board *board)
{
    json_error_t error;
    json_t *root = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
    bool ok;

    if (root == NULL) {
        return cli_fail(cli, EXIT_FAILED, "docs/offline.md says what it has to hold",
                        "the board description '%s' cannot be read: line %d: %s", path, error.line,
                        error.text);
    }
    ok = read_description(root, board);
    json_decref(root);
    board->geometry.runs = board->run;
    return ok && is_sound(board)
               ? EXIT_DONE
               : cli_fail(cli, EXIT_FAILED, "docs/offline.md says what it has to hold",
                          "the board description '%s' lacks something, or contradicts itself",
                          path);
}

int board_find(struct cli *cli, const char *name, struct board *board)
{
    const size_t length = strlen(name);
    char names[BOARD_NAMES_SIZE];

    if (strchr(name, '/') != NULL || (length > 5 && strcmp(name + length - 5, ".json") == 0)) {
        return read_file(cli, name, board);
    }
    for (size_t i = 0; boards[i] != NULL; i++) {
        if (strcmp(boards[i]->name, name) == 0) {
            *board = *boards[i];
            board->geometry.runs = board->run;
            return EXIT_DONE;
        }
    }
    return cli_fail(cli, EXIT_USAGE,
                    "a board that is not built in needs a JSON file: --board F.json",
                    "there is no board '%s' among %s", name, board_names(names, sizeof names));
}
