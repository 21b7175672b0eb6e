// SPDX-License-Identifier: Apache-2.0
/* What lies where in flash. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../offline/board.h"
#include "list_forms.h"

enum { NAME_SIZE = 4 * LINK_NAME_MAX + 8, FIXED_MAX = 8, AREAS_MAX = FIXED_MAX + DEVICE_APPS_MAX };

static const char edge[] = "+----------------------------------------+";

struct area {
    uint32_t address;
    uint32_t size;
    const char *kind; /* for JSON */
    char name[NAME_SIZE];
};

struct map {
    struct area area[AREAS_MAX];
    size_t count;
};

static void add(struct map *map, uint32_t address, uint32_t size, const char *kind,
                const char *name)
{
    if (size > 0 && map->count < AREAS_MAX) {
        struct area *area = &map->area[map->count++];

        *area = (struct area){.address = address, .size = size, .kind = kind};
        snprintf(area->name, sizeof area->name, "%s", name);
    }
}

/* The board that a device says it is, if it is a known one; an image's is known always. */
static const struct board *board_of(const struct device *device)
{
    char name[NAME_SIZE];

    if (device->line.offline != NULL) {
        return offline_board(device->line.offline);
    }
    device_name(&device->info.board, name, sizeof name);
    for (size_t i = 0; boards[i] != NULL; i++) {
        if (strcmp(boards[i]->name, name) == 0) {
            return boards[i];
        }
    }
    return NULL;
}

static void add_board(struct map *map, const struct device *device, const struct board *board)
{
    add(map, board->journal[0].address, board->journal[0].size + board->journal[1].size, "journal",
        "journal");
    for (size_t i = 0; i < BOARD_SLOTS; i++) {
        char name[NAME_SIZE];

        snprintf(name, sizeof name, "kernel slot %c", (char)('A' + (int)i));
        if (device->info.kernel_slot == board->slot[i].address) {
            snprintf(name, sizeof name, "kernel slot %c: version %u", (char)('A' + (int)i),
                     device->info.kernel_version);
        }
        add(map, board->slot[i].address, board->slot[i].size, "kernel", name);
    }
    add(map, board->spares.address, board->spares.size, "spares", "spare pages of the storage");
    add(map, board->values.address, board->values.size, "values", "stored values (tickv dump)");
}

static int by_address(const void *a, const void *b)
{
    const struct area *one = a;
    const struct area *two = b;

    return one->address < two->address ? -1 : one->address > two->address;
}

static void show(struct cli *cli, uint32_t address, uint32_t size, const char *name,
                 const char *kind, json_t *list)
{
    cli_say(cli, "0x%08x %s", address, edge);
    cli_say(cli, "           | %-38.38s | %u bytes", name, size);
    json_array_append_new(list, json_pack("{s:I, s:I, s:s, s:s}", "address", (json_int_t)address,
                                          "size", (json_int_t)size, "kind", kind, "name", name));
}

/* What is between areas: room for apps, or something that the tool does not know. */
static void show_gap(const struct device *device, uint32_t from, uint32_t to, json_t *list)
{
    const uint32_t start = device->info.flash_start;
    const bool apps = from >= start && to - start <= device->info.flash_size;

    if (to > from) {
        show(device->cli, from, to - from, apps ? "free" : "...", apps ? "free" : "other", list);
    }
}

void list_map(const struct device *device)
{
    static struct map map;
    const struct board *board = board_of(device);
    const uint32_t apps = device->info.flash_start;
    json_t *list = json_array();
    uint32_t at = board != NULL ? board->geometry.base : apps;

    json_object_set_new(device->cli->result, "map", list);
    map.count = 0;
    if (board != NULL) {
        add_board(&map, device, board);
    }
    for (size_t i = 0; i < device->app_count; i++) {
        const struct link_entry *e = &device->app[i];
        char name[NAME_SIZE];
        char text[NAME_SIZE];

        device_name(&e->name, name, sizeof name);
        snprintf(text, sizeof text, "%.24s, %s", name, list_state(device, e));
        add(&map, e->app.address, e->extent, "app", text);
    }
    qsort(map.area, map.count, sizeof map.area[0], by_address);
    for (size_t i = 0; i < map.count; i++) {
        const struct area *area = &map.area[i];

        if (at < apps && area->address > apps) {
            show_gap(device, at, apps, list); /* the gap ends where apps may begin */
            at = apps;
        }
        show_gap(device, at, area->address, list);
        show(device->cli, area->address, area->size, area->name, area->kind, list);
        at = area->address + area->size;
    }
    if (at < apps) {
        show_gap(device, at, apps, list);
        at = apps;
    }
    show_gap(device, at, apps + device->info.flash_size, list);
    cli_say(device->cli, "0x%08x %s", apps + device->info.flash_size, edge);
}
