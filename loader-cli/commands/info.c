// SPDX-License-Identifier: Apache-2.0
#include "../cli/session.h"
#include "commands.h"
#include "room.h"

static int show_keys(struct session *session, json_t *list)
{
    const uint32_t count = gantry_info(session->gantry)->key_count;

    for (uint32_t i = 0; i < count; i++) {
        struct gantry_trusted_key key;
        char hex[20];
        int code = session_result(session, gantry_trusted_key(session->gantry, i, &key));

        if (code != EXIT_DONE) {
            return code;
        }
        cli_hex(key.public_key, 8, hex);
        cli_say(session->cli, "trusts     owner '%s', public key %s...%s", key.owner, hex,
                key.development ? "  (development key)" : "");
        json_array_append_new(
            list, json_pack("{s:s, s:b}", "owner", key.owner, "development", (int)key.development));
    }
    return EXIT_DONE;
}

static void show_room(struct cli *cli, const struct gantry_info *info)
{
    if (info->mode != GANTRY_BOOTLOADER) {
        cli_say(cli, "flash      %u of %u bytes free for apps, largest gap %u", info->flash_free,
                info->flash_size, info->flash_largest);
    }
    if (info->mode == GANTRY_KERNEL) {
        cli_say(cli, "RAM        %u of %u bytes free for apps, largest app %u", info->ram_free,
                info->ram_size, info->ram_largest);
        cli_say(cli, "apps       %u installed, room for %u processes", info->app_count,
                info->process_slots);
    } else if (info->mode == GANTRY_OFFLINE) {
        cli_say(cli, "apps       %u installed", info->app_count);
    }
}

static void show(struct cli *cli, const struct gantry_info *info)
{
    static const char *const modes[] = {[GANTRY_KERNEL] = "kernel",
                                        [GANTRY_BOOTLOADER] = "bootloader",
                                        [GANTRY_OFFLINE] = "offline"};
    const bool offline = info->mode == GANTRY_OFFLINE;

    cli_say(cli, "board      %s (%s)", info->board, info->architecture);
    if (offline && info->kernel_slot == 0) {
        cli_say(cli, "kernel     none");
    } else {
        cli_say(cli, "%s%s, version %u, slot 0x%08x", offline ? "" : "running    ",
                offline ? "kernel     not running" : modes[info->mode], info->kernel_version,
                info->kernel_slot);
    }
    show_room(cli, info);
    if (info->trial) {
        cli_say(cli, "kernel     on trial: it has not confirmed itself yet");
    }
    if (info->read_only) {
        cli_say(cli, "journal    DAMAGED: nothing can be changed");
    }
    json_object_update_new(
        cli->result,
        json_pack("{s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:b}", "board", info->board,
                  "architecture", info->architecture, "mode", modes[info->mode], "kernel_version",
                  (json_int_t)info->kernel_version, "kernel_slot", (json_int_t)info->kernel_slot,
                  "flash_free", (json_int_t)info->flash_free, "flash_largest",
                  (json_int_t)info->flash_largest, "ram_free", (json_int_t)info->ram_free,
                  "ram_largest", (json_int_t)info->ram_largest, "apps", (json_int_t)info->app_count,
                  "development", (int)info->development));
}

static int run(struct cli *cli, int count, const char **argument)
{
    struct session session;
    json_t *keys = json_array();
    size_t apps;
    int code;

    (void)argument;
    json_object_set_new(cli->result, "keys", keys);
    if (count != 0) {
        return cli_fail(cli, EXIT_USAGE, NULL, "info takes no arguments");
    }
    code = session_open(cli, &session);
    if (code != EXIT_DONE) {
        return code;
    }
    show(cli, gantry_info(session.gantry));
    code = show_keys(&session, keys);
    if (code == EXIT_DONE && gantry_info(session.gantry)->mode != GANTRY_BOOTLOADER) {
        code = session_result(&session, gantry_list(session.gantry, &apps));
        code = code != EXIT_DONE ? code : room_show(session_device(&session));
    }
    session_end(&session);
    return code;
}

const struct command command_info = {
    .name = "info",
    .group = "Device",
    .summary = "Show what a device is and what room it has",
    .usage = "",
    .several = true,
    .run = run,
};
