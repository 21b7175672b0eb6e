// SPDX-License-Identifier: Apache-2.0
#include "compact_live.h"

#include <stdio.h>

#include "../device/relocate.h"
#include "commands.h"

enum { COMMAND_SIZE = 640 };

int live_check(struct device *device, bool packages_given)
{
    char still[COMMAND_SIZE];
    char hint[2 * COMMAND_SIZE];

    (void)device_compact_still_command(device, still, sizeof still);
    if (!relocate_is_known(device)) {
        snprintf(hint, sizeof hint, "install a newer kernel: loader-cli kernel update; or: %s",
                 still);
        return cli_fail(device->cli, EXIT_FAILED, hint,
                        "%s runs, and its kernel is one that cannot move apps", device->line.name);
    }
    if (!packages_given) {
        snprintf(hint, sizeof hint,
                 "with the packages of its apps: loader-cli -d %s compact --from FILE|FOLDER; "
                 "without: %s",
                 device->line.name, still);
        return cli_fail(device->cli, EXIT_FAILED, hint,
                        "%s runs, and does not give its flash out: what is to move has to come "
                        "from packages",
                        device->line.name);
    }
    return EXIT_DONE;
}

static const struct link_entry *entry_at(const struct device *device, uint32_t address)
{
    for (size_t i = 0; i < device->app_count; i++) {
        if (device->app[i].app.address == address) {
            return &device->app[i];
        }
    }
    return NULL;
}

int live_prepare(struct device *device, char *const *from, struct device_packages *packages,
                 struct device_map *map)
{
    int code = packages_find(device, from, packages);

    for (size_t i = 0; i < map->map.count && code == EXIT_DONE; i++) {
        struct plan_app *app = &map->map.app[i];
        const struct link_entry *entry = entry_at(device, app->address);

        app->hold = entry == NULL ? PLAN_UNKNOWN
                                  : packages_hold(device, entry, packages_of(packages, entry));
    }
    map->certain = code == EXIT_DONE;
    return code;
}

/* Whether two lists have the same apps at the same places. */
static bool is_same(const struct plan_map *map, const struct plan_map *other)
{
    bool same = map->count == other->count;

    for (size_t i = 0; i < map->count && same; i++) {
        same = map->app[i].address == other->app[i].address &&
               map->app[i].space == other->app[i].space && map->app[i].size == other->app[i].size;
    }
    return same;
}

int live_check_move(struct device *device, const struct plan_map *map, const struct plan_move *move)
{
    static struct device_map now;
    struct store_place place;
    int code = device_refresh(device, device->line.name);

    code = code != EXIT_DONE ? code : device_list(device);
    code = code != EXIT_DONE ? code : device_map(device, false, &now);
    if (code != EXIT_DONE) {
        return code;
    }
    if (!now.known || !is_same(map, &now.map)) {
        return cli_fail(device->cli, EXIT_FAILED, "the same command again plans anew",
                        "the list of apps is not what was planned with: something else changes it");
    }
    if (plan_place(&now.map, move->size, move->to, &place, NULL) != 0 ||
        place.address != move->to || place.space != move->space) {
        return cli_fail(device->cli, EXIT_FAILED, "the same command again plans anew",
                        "the device would not put it to 0x%08x", move->to);
    }
    return EXIT_DONE;
}

int live_move(struct device *device, const struct device_packages *packages,
              const struct plan_move *move)
{
    const struct link_entry *entry = entry_at(device, move->from);
    const struct device_package *package = entry != NULL ? packages_of(packages, entry) : NULL;
    char name[160];

    if (package == NULL) {
        return cli_fail(device->cli, EXIT_FAILED, NULL, "the plan does not fit the list");
    }
    return relocate(device, device_name(&entry->name, name, sizeof name), package, move->to);
}
