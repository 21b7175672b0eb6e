// SPDX-License-Identifier: Apache-2.0
#include <stdio.h>

#include "../device/device.h"
#include "commands.h"
#include "room.h"

static int show_keys(struct device *device, json_t *list)
{
    for (uint8_t i = 0; i < device->info.key_count; i++) {
        const uint8_t *result;
        size_t length;
        struct link_key key;
        char owner[160];
        char hex[20];
        int code = device_request(device, LINK_KEY, &i, 1, &result, &length, "info");

        if (code != EXIT_DONE) {
            return code;
        }
        if (!link_get_key(result, length, &key)) {
            return device_fail(device, LINK_E_PROTOCOL, "info");
        }
        cli_hex(key.public_key, 8, hex);
        device_name(&key.owner, owner, sizeof owner);
        cli_say(device->cli, "trusts     owner '%s', public key %s...%s", owner, hex,
                (key.flags & 1) != 0 ? "  (development key)" : "");
        json_array_append_new(
            list, json_pack("{s:s, s:b}", "owner", owner, "development", (int)(key.flags & 1)));
    }
    return EXIT_DONE;
}

static int run(struct cli *cli, int count, const char **argument)
{
    struct device device;
    const struct link_info *info = &device.info;
    char board[160];
    char architecture[160];
    json_t *keys = json_array();
    bool kernel;
    bool offline;
    int code;

    (void)argument;
    json_object_set_new(cli->result, "keys", keys);
    if (count != 0) {
        return cli_fail(cli, EXIT_USAGE, NULL, "info takes no arguments");
    }
    code = device_open(cli, &device, NULL);
    if (code != EXIT_DONE) {
        return code;
    }
    offline = device.line.offline != NULL;
    kernel = device.host.hello.mode == LINK_MODE_KERNEL;
    device_name(&info->board, board, sizeof board);
    device_name(&info->architecture, architecture, sizeof architecture);
    cli_say(cli, "board      %s (%s)", board, architecture);
    if (offline && info->kernel_slot == 0) {
        cli_say(cli, "kernel     none");
    } else {
        cli_say(cli, "%s%s, version %u, slot 0x%08x", offline ? "" : "running    ",
                offline  ? "kernel     not running"
                : kernel ? "kernel"
                         : "bootloader",
                info->kernel_version, info->kernel_slot);
    }
    if (kernel) {
        cli_say(cli, "flash      %u of %u bytes free for apps, largest gap %u", info->flash_free,
                info->flash_size, info->flash_largest);
    }
    if (kernel && !offline) {
        cli_say(cli, "RAM        %u of %u bytes free for apps, largest app %u", info->ram_free,
                info->ram_size, info->ram_largest);
        cli_say(cli, "apps       %u installed, room for %u processes", info->app_count,
                info->process_slots);
    } else if (kernel) {
        cli_say(cli, "apps       %u installed", info->app_count);
    }
    if ((info->flags & LINK_INFO_TRIAL) != 0) {
        cli_say(cli, "kernel     on trial: it has not confirmed itself yet");
    }
    if ((info->flags & LINK_INFO_READ_ONLY) != 0) {
        cli_say(cli, "journal    DAMAGED: nothing can be changed");
    }
    json_object_update_new(
        cli->result,
        json_pack("{s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:b}", "board", board,
                  "architecture", architecture, "mode",
                  offline  ? "offline"
                  : kernel ? "kernel"
                           : "bootloader",
                  "kernel_version", (json_int_t)info->kernel_version, "kernel_slot",
                  (json_int_t)info->kernel_slot, "flash_free", (json_int_t)info->flash_free,
                  "flash_largest", (json_int_t)info->flash_largest, "ram_free",
                  (json_int_t)info->ram_free, "ram_largest", (json_int_t)info->ram_largest, "apps",
                  (json_int_t)info->app_count, "development",
                  (int)((info->flags & LINK_INFO_DEVELOPMENT) != 0)));
    code = show_keys(&device, keys);
    if (code == EXIT_DONE && kernel) {
        code = device_list(&device);
        code = code != EXIT_DONE ? code : room_show(&device);
    }
    device_close(&device);
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
