// SPDX-License-Identifier: Apache-2.0
/*
 * compact: moves apps so that the free space is one gap, or nearly. In flash that is reached
 * without the device, and on one that runs: it does not give its flash out, so there the objects
 * come from packages.
 */
#include <stdio.h>

#include "../device/offline.h"
#include "../offline/move.h"
#include "commands.h"
#include "compact_live.h"
#include "room.h"

static int dry_run;
static char **from;

static const struct poptOption options[] = {
    {"from", 0, POPT_ARG_ARGV, &from, 0,
     "of a board that runs: take the objects of what is to move from this package, or from those "
     "in this folder; several are allowed",
     "FILE|FOLDER"},
    {"dry-run", 0, POPT_ARG_NONE, &dry_run, 0, "say what would be moved, change nothing", NULL},
    POPT_TABLEEND,
};

/* The name of the app at an address. */
static const char *name_at(const struct device *device, uint32_t address, char *text, size_t size)
{
    for (size_t i = 0; i < device->app_count; i++) {
        if (device->app[i].app.address == address) {
            return device_name(&device->app[i].name, text, size);
        }
    }
    return "?";
}

/* The apps that stay, each with its reason. */
static void say_stays(const struct device *device, const struct device_map *map)
{
    json_t *stays = json_array();
    char name[160];

    for (size_t i = 0; i < map->map.count; i++) {
        const struct plan_app *app = &map->map.app[i];

        if (app->hold != PLAN_MOVABLE) {
            const char *text = name_at(device, app->address, name, sizeof name);

            cli_say(device->cli, "stays      %s at 0x%08x: %s", text, app->address,
                    plan_hold_text(app->hold));
            json_array_append_new(stays, json_pack("{s:s, s:I, s:s}", "name", text, "address",
                                                   (json_int_t)app->address, "why",
                                                   plan_hold_text(app->hold)));
        }
    }
    json_object_set_new(device->cli->result, "stays", stays);
}

static void say_move(struct device *device, const struct plan_move *move, const char *word)
{
    char name[160];

    cli_say(device->cli, "%-10s %s, %u bytes: 0x%08x to 0x%08x", word,
            name_at(device, move->from, name, sizeof name), move->size, move->from, move->to);
}

/* Why not, for everything that can be known before the first move. */
static int check(struct device *device, const struct device_map *map)
{
    struct cli *cli = device->cli;
    const struct store *store;

    if (device->line.offline == NULL && (from != NULL || dry_run == 0)) {
        int code = live_check(device, from != NULL);

        if (code != EXIT_DONE) {
            return code;
        }
    }
    if (!map->known) {
        return cli_fail(cli, EXIT_FAILED, "describe the board: --board FILE.json, docs/offline.md",
                        "%s: its list of apps does not agree with what is known of its flash",
                        device->line.name);
    }
    if (device->line.offline == NULL) {
        return EXIT_DONE;
    }
    store = offline_store(device->line.offline, false, NULL);
    if (store == NULL || store_is_damaged(store) || store_is_foreign(store)) {
        return cli_fail(cli, EXIT_FAILED,
                        store != NULL && store_is_foreign(store)
                            ? "start the board once: its kernel takes the changes over"
                            : "loader-cli info shows the state of the flash",
                        "%s: the journal %s", device->line.name,
                        store != NULL && store_is_foreign(store)
                            ? "does not know yet what Tock's own tool has changed"
                            : "is damaged: nothing can be changed");
    }
    return EXIT_DONE;
}

/* One move, which the list that was planned with allows. */
static int move_app(struct device *device, struct device_map *map,
                    const struct device_packages *packages, const struct plan_move *move)
{
    int code = EXIT_DONE;
    int error;

    if (device->line.offline == NULL) {
        code = live_check_move(device, &map->map, move);
    }
    if (code == EXIT_DONE && !plan_apply(&map->map, move)) {
        code = cli_fail(device->cli, EXIT_FAILED, NULL, "the plan does not fit the list");
    }
    if (code == EXIT_DONE && device->line.offline == NULL) {
        return live_move(device, packages, move);
    }
    if (code == EXIT_DONE) {
        error = offline_move(device->line.offline, move->from, move->to);
        code = error != 0 ? device_fail_offline(device, error, "compact") : EXIT_DONE;
    }
    return code;
}

/* Carries the plan out. Each move is complete before the next begins; between two it may end. */
static int carry_out(struct device *device, struct device_map *map,
                     const struct device_packages *packages, const struct plan *plan)
{
    for (size_t i = 0; i < plan->count; i++) {
        const struct plan_move *move = &plan->move[i];
        int code;

        if (interrupted()) {
            return cli_fail(device->cli, EXIT_INTERRUPTED, "the same command again goes on",
                            "interrupted after %zu of %zu moves; all apps are there", i,
                            plan->count);
        }
        code = move_app(device, map, packages, move);
        if (code != EXIT_DONE) {
            return code;
        }
        say_move(device, move, "moved");
        code = device_list(device);
        if (code != EXIT_DONE) {
            return code;
        }
    }
    return EXIT_DONE;
}

/* That all apps are where the plan says, and none is missing. */
static int confirm(struct device *device, const struct device_map *map)
{
    for (size_t i = 0; i < device->app_count; i++) {
        const struct plan_app *app = plan_find(&map->map, device->app[i].app.address);

        if (app == NULL || app->size != device->app[i].size ||
            device->app_count != map->map.count) {
            return cli_fail(device->cli, EXIT_FAILED, "loader-cli list shows what is there",
                            "the list is not what was planned");
        }
    }
    return EXIT_DONE;
}

/* What to do for more. */
static const char *nothing_hint(const struct device_map *map)
{
    for (size_t i = 0; i < map->map.count; i++) {
        if (map->map.app[i].hold == PLAN_MISSING) {
            return "give the packages of the apps that stay, too: --from FILE|FOLDER";
        }
    }
    return "loader-cli info shows what is free";
}

static int compact(struct device *device, struct device_packages *packages)
{
    static struct device_map map;
    struct cli *cli = device->cli;
    struct plan plan;
    int code = device_list(device);

    code = code != EXIT_DONE ? code : device_map(device, true, &map);
    code = code != EXIT_DONE ? code : check(device, &map);
    if (code == EXIT_DONE && from != NULL && device->line.offline == NULL) {
        code = live_prepare(device, from, packages, &map);
    } else if (code == EXIT_DONE && from != NULL) {
        cli_note(cli, "--from is for boards that run: here the flash itself is read");
    }
    if (code != EXIT_DONE) {
        return code;
    }
    plan_compact(&map.map, &plan);
    json_object_set_new(cli->result, "room", room_of_plan(&plan));
    json_object_set_new(cli->result, "dry_run", json_boolean(dry_run != 0));
    say_stays(device, &map);
    if (plan.count == 0) {
        return cli_fail(cli, EXIT_NOTHING, nothing_hint(&map),
                        "nothing to gain: %u bytes are free in %u gap%s, and no move makes the "
                        "largest (%u) larger",
                        plan.before.free, plan.before.gaps, plan.before.gaps == 1 ? "" : "s",
                        plan.before.largest);
    }
    for (size_t i = 0; i < plan.count && dry_run != 0; i++) {
        say_move(device, &plan.move[i], "would move");
        (void)plan_apply(&map.map, &plan.move[i]);
    }
    if (dry_run == 0) {
        code = carry_out(device, &map, packages, &plan);
        code = code != EXIT_DONE ? code : confirm(device, &map);
    }
    if (code == EXIT_DONE) {
        cli_say(cli, "%s %u bytes instead of %u, of %u free; %u bytes %s",
                dry_run != 0 ? "the largest gap would have" : "the largest gap has",
                plan.after.largest, plan.before.largest, plan.after.free, plan.bytes,
                device->line.offline == NULL && from != NULL ? dry_run != 0 ? "to send" : "sent"
                : dry_run != 0                               ? "to copy"
                                                             : "copied");
    }
    return code;
}

static int run(struct cli *cli, int count, const char **argument)
{
    static struct device_packages packages;
    struct device device;
    int code;

    (void)argument;
    if (count != 0) {
        return cli_fail(cli, EXIT_USAGE, "loader-cli compact --help", "compact takes no arguments");
    }
    code = device_open_kernel(cli, &device, NULL);
    if (code != EXIT_DONE) {
        return code;
    }
    code = compact(&device, &packages);
    packages_free(&packages);
    device_close(&device);
    return code;
}

const struct command command_compact = {
    .name = "compact",
    .group = "Device",
    .summary = "Move apps so that the free flash is one large gap",
    .usage = "",
    .help =
        "Only moves that make the largest gap larger are made, the fewest bytes that reach the\n"
        "most. An app is copied beside itself, compared, and switched in one record: power may\n"
        "go at any moment. What is linked for its address stays.\n\n"
        "A board that runs does not give its flash out: --from names packages, or folders of "
        "them,\n"
        "and an app moves whose package has the very object that is installed. It is sent again,\n"
        "verified, and put beside itself; then the app starts anew, and the others have run on. "
        "An\n"
        "app without its package stays, and one that may have written into its own flash. Without\n"
        "--from such a board only says what could be gained (--dry-run).\n\n"
        "In an image and through a debug probe no packages are needed; the kernel verifies what\n"
        "was moved when it next starts.\n\n"
        "  loader-cli compact --from build/apps --dry-run\n"
        "  loader-cli -d gdb:localhost:3333 --board raspberry_pi_pico compact --dry-run",
    .options = options,
    .several = true,
    .run = run,
};
