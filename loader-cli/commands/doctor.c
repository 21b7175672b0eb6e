// SPDX-License-Identifier: Apache-2.0
/* doctor: whether this computer and its device are as they should be, and what to do where not. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <libserialport.h>

#include "../cli/settings.h"
#include "../device/device.h"
#include "../posix/connect.h"
#include "../posix/files.h"
#include "../posix/system.h"
#include "../posix/udev.h"
#include "../transport/usb.h"
#include "commands.h"

#ifndef LOADER_CLI_VERSION
#define LOADER_CLI_VERSION "0"
#endif

enum { DEVICES_MAX = 16, TEXT_MAX = 400 };

enum state { STATE_OK, STATE_SKIPPED, STATE_WARNING, STATE_PROBLEM, STATES };

struct doctor {
    struct cli *cli;
    const char *root;
    json_t *checks;
    size_t count[STATES];
    char names[TEXT_MAX]; /* of the checks that found problems */
};

static char *root_option;

static const struct poptOption options[] = {
    {"root", 0, POPT_ARG_STRING, &root_option, 0,
     "look at the rules and processes of the system in there instead of this one's", "FOLDER"},
    POPT_TABLEEND,
};

/* Notes a finding. hint: NULL when there is nothing to be done. */
static void find(struct doctor *d, enum state state, const char *name, const char *hint,
                 const char *format, ...) __attribute__((format(REPORT_FORMAT, 5, 6)));

static void find(struct doctor *d, enum state state, const char *name, const char *hint,
                 const char *format, ...)
{
    static const char *const words[STATES] = {"ok", "skipped", "warning", "problem"};
    static const char *const colors[STATES] = {"32", "2", "33", "1;31"};
    const struct cli *cli = d->cli;
    char raw[TEXT_MAX];
    char text[TEXT_MAX];
    va_list arguments;
    json_t *check;

    va_start(arguments, format);
    vsnprintf(raw, sizeof raw, format, arguments);
    va_end(arguments);
    cli_clean(raw, strlen(raw), text, sizeof text);
    if (cli->color && cli->json == 0 && cli->quiet == 0) {
        printf("\033[%sm%-8s\033[0m", colors[state], words[state]);
        cli_say(cli, " %-13s %s", name, text);
    } else {
        cli_say(cli, "%-8s %-13s %s", words[state], name, text);
    }
    check = json_pack("{s:s, s:s, s:s}", "name", name, "state", words[state], "text", text);
    if (hint != NULL) {
        cli_say(cli, "%-8s %-13s hint: %s", "", "", hint);
        json_object_set_new(check, "hint", json_string(hint));
    }
    json_array_append_new(d->checks, check);
    if (state == STATE_PROBLEM) {
        size_t used = strlen(d->names);

        snprintf(d->names + used, sizeof d->names - used, "%s%s", used > 0 ? ", " : "", name);
    }
    d->count[state]++;
}

static void check_settings(struct doctor *d)
{
    static const char name[] = "settings";
    uint32_t held = cli_hold(d->cli, UINT32_MAX);
    int code = settings_load(d->cli);

    d->cli->held = held;
    if (code != EXIT_DONE) {
        find(d, STATE_PROBLEM, name, d->cli->kept_hint, "%s", d->cli->kept);
    } else if (!files_readable(settings_path())) {
        find(d, STATE_OK, name, NULL, "there is no file of settings");
    } else {
        find(d, STATE_OK, name, NULL, "%s can be read", settings_path());
    }
}

static bool check_rules(struct doctor *d)
{
    static const char apply[] = "sudo loader-cli install-udev --apply";
    static const char name[] = "udev rules";
    char path[UDEV_PATH_MAX];

    switch (udev_look(d->root, path)) {
    case UDEV_CURRENT:
        find(d, STATE_OK, name, NULL, "%s is current", path);
        return true;
    case UDEV_OUTDATED:
        find(d, STATE_PROBLEM, name, apply, "%s is of an older version", path);
        return false;
    case UDEV_FOREIGN:
        find(d, STATE_WARNING, name, "compare it with: loader-cli install-udev",
             "%s was not written by this tool", path);
        return false;
    case UDEV_MISSING:
    default:
        find(d, STATE_PROBLEM, name, apply, "the rules for boards on USB are not installed");
        return false;
    }
}

/* It sends commands for modems to every new port, and keeps the port open meanwhile. */
static void check_modem_manager(struct doctor *d, bool rules)
{
    static const char name[] = "ModemManager";

    if (!system_runs(d->root, "ModemManager")) {
        find(d, STATE_OK, name, NULL, "does not run");
    } else if (rules) {
        find(d, STATE_OK, name, NULL, "runs, and the rules keep it off the boards");
    } else {
        find(d, STATE_PROBLEM, name,
             "sudo loader-cli install-udev --apply, or: sudo systemctl disable --now ModemManager",
             "runs, and talks to boards that are plugged in");
    }
}

/* One file that a device is reached by. @return whether this user may use it */
static bool check_file(struct doctor *d, const char *name, const char *path, bool known)
{
    char group[64];
    char hint[256];
    enum system_access access = system_access(path, group, sizeof group);

    if (access == SYSTEM_MAY) {
        return true;
    }
    snprintf(hint, sizeof hint, "sudo loader-cli install-udev --apply");
    if (access == SYSTEM_LOGIN) {
        snprintf(hint, sizeof hint, "log out and in again: you are in group %s since", group);
    } else if (access == SYSTEM_GROUP && !known) {
        snprintf(hint, sizeof hint, "sudo usermod -aG %s %s, then log in again", group,
                 system_user());
    }
    find(d, STATE_PROBLEM, name, hint, "%s may not be used by %s (its group is %s)", path,
         system_user(), group);
    return false;
}

static bool is_known(const struct sp_port *port)
{
    int vendor;
    int product;

    if (sp_get_port_usb_vid_pid(port, &vendor, &product) != SP_OK) {
        return false;
    }
    for (size_t i = 0; usb_known[i][0] != 0; i++) {
        if (usb_known[i][0] == vendor && usb_known[i][1] == product) {
            return true;
        }
    }
    return false;
}

static void check_ports(struct doctor *d)
{
    static const char name[] = "serial ports";
    struct sp_port **ports;
    size_t usable = 0;
    size_t count = 0;

    if (sp_list_ports(&ports) != SP_OK) {
        find(d, STATE_WARNING, name, NULL, "cannot be listed");
        return;
    }
    for (int i = 0; ports[i] != NULL; i++) {
        if (sp_get_port_transport(ports[i]) == SP_TRANSPORT_USB) {
            count++;
            usable += check_file(d, name, sp_get_port_name(ports[i]), is_known(ports[i])) ? 1 : 0;
        }
    }
    sp_free_port_list(ports);
    if (count == 0) {
        find(d, STATE_SKIPPED, name, NULL, "none is plugged in");
    } else if (usable == count) {
        find(d, STATE_OK, name, NULL, "all %zu on USB may be used", count);
    }
}

static void check_usb(struct doctor *d)
{
    static const char name[] = "USB";
    struct usb_found found[DEVICES_MAX];
    size_t count = usb_scan(NULL, found, DEVICES_MAX);
    bool usable = true;

    for (size_t i = 0; i < count; i++) {
        char path[64];

        snprintf(path, sizeof path, "/dev/bus/usb/%03u/%03u", found[i].bus, found[i].address);
        usable = check_file(d, name, path, true) && usable;
    }
    if (count == 0) {
        find(d, STATE_SKIPPED, name, NULL, "no Gantry board is plugged in");
    } else if (usable) {
        find(d, STATE_OK, name, NULL, "all %zu boards may be used", count);
    }
}

static void describe(struct doctor *d, const struct device *device)
{
    bool kernel = device->host.hello.mode == LINK_MODE_KERNEL;
    const struct link_info *info = &device->info;
    char board[160];

    device_name(&info->board, board, sizeof board);
    json_object_set_new(d->cli->result, "target",
                        json_pack("{s:s, s:s, s:s, s:I, s:I}", "selector", device->line.name,
                                  "board", board, "mode", kernel ? "kernel" : "bootloader",
                                  "kernel_version", (json_int_t)info->kernel_version, "protocol",
                                  (json_int_t)device->host.hello.version));
    if ((info->flags & LINK_INFO_READ_ONLY) != 0) {
        find(d, STATE_PROBLEM, "device", "save what you need, then: loader-cli recover",
             "%s: its journal is damaged, nothing can be changed", device->line.name);
    } else if (!kernel) {
        find(d, STATE_WARNING, "device", "loader-cli reboot, or loader-cli recover KERNEL.img",
             "%s: %s, in its bootloader, protocol %u", device->line.name, board,
             device->host.hello.version);
    } else if ((info->flags & LINK_INFO_DEVELOPMENT) != 0) {
        find(d, STATE_WARNING, "device",
             "give the board a kernel with keys of your own: "
             "docs/writing-an-app.md",
             "%s: %s, kernel version %u, protocol %u, trusts development keys", device->line.name,
             board, info->kernel_version, device->host.hello.version);
    } else {
        find(d, STATE_OK, "device", NULL, "%s: %s, kernel version %u, protocol %u",
             device->line.name, board, info->kernel_version, device->host.hello.version);
    }
}

static void check_device(struct doctor *d)
{
    static struct device device;
    struct cli *cli = d->cli;
    char selector[300];
    uint32_t held;
    int code;

    if (cli->device == NULL || cli->device[0] == '\0') {
        held = cli_hold(cli, UINT32_MAX);
        code = connect_choose(cli, selector, sizeof selector);
        cli->held = held;
        if (code != EXIT_DONE) {
            find(d, STATE_SKIPPED, "device", "name one with -d to have it asked for its versions",
                 "%s", cli->kept);
            return;
        }
    }
    held = cli_hold(cli, UINT32_MAX);
    code = device_open(cli, &device, NULL);
    cli->held = held;
    if (code == EXIT_DONE) {
        describe(d, &device);
        device_close(&device);
    } else {
        find(d, STATE_PROBLEM, "device", cli->kept_hint[0] != '\0' ? cli->kept_hint : NULL, "%s",
             cli->kept);
    }
}

static void check_program(struct doctor *d, const char *name, const char *const *programs,
                          const char *what)
{
    char missing[128] = "";

    for (size_t i = 0; programs[i] != NULL; i++) {
        size_t used = strlen(missing);

        if (!system_has(programs[i])) {
            snprintf(missing + used, sizeof missing - used, "%s%s", used > 0 ? ", " : "",
                     programs[i]);
        }
    }
    if (missing[0] == '\0') {
        find(d, STATE_OK, name, NULL, "what %s needs is there", what);
    } else {
        find(d, STATE_WARNING, name,
             "sudo apt-get install qemu-system-arm cmake ninja-build gcc-arm-none-eabi "
             "libnewlib-arm-none-eabi",
             "%s needs programs that are not installed: %s", what, missing);
    }
}

static void check_programs(struct doctor *d)
{
    static const char *const emulator[] = {"qemu-system-arm", NULL};
    static const char *const compiler[] = {"arm-none-eabi-gcc", "cmake", "ninja", NULL};

    check_program(d, "emulator", emulator, "an emulated board");
    check_program(d, "compiler", compiler, "building apps");
}

static int run(struct cli *cli, int count, const char **argument)
{
    struct doctor d = {.cli = cli, .root = root_option != NULL ? root_option : ""};
    bool rules;

    (void)argument;
    if (count != 0) {
        return cli_fail(cli, EXIT_USAGE, NULL, "doctor takes no arguments");
    }
    d.checks = json_array();
    json_object_set_new(cli->result, "checks", d.checks);
    json_object_set_new(cli->result, "version", json_string(LOADER_CLI_VERSION));
    json_object_set_new(cli->result, "protocol", json_integer(LINK_VERSION));
    find(&d, STATE_OK, "tool", NULL, "loader-cli %s, protocol %u", LOADER_CLI_VERSION,
         LINK_VERSION);
    check_settings(&d);
    rules = check_rules(&d);
    check_modem_manager(&d, rules);
    check_ports(&d);
    check_usb(&d);
    check_device(&d);
    check_programs(&d);
    if (d.count[STATE_PROBLEM] > 0) {
        return cli_fail(cli, EXIT_FAILED, "each has its own hint: loader-cli doctor",
                        "%zu problem%s: %s", d.count[STATE_PROBLEM],
                        d.count[STATE_PROBLEM] > 1 ? "s" : "", d.names);
    }
    return EXIT_DONE;
}

const struct command command_doctor = {
    .name = "doctor",
    .group = "This computer",
    .summary = "Look for what keeps boards from working here",
    .usage = "",
    .help = "Checks the rules of udev, ModemManager, the permissions of serial ports and of boards "
            "on\n"
            "USB, the versions of the tool and of the device, and the programs that an emulated "
            "board\n"
            "and building apps need. Each finding that asks for something says what to do. A "
            "problem\n"
            "ends it with exit code 1; warnings do not.\n\n"
            "  loader-cli doctor\n"
            "  loader-cli -d serial:/dev/ttyACM0 doctor --json",
    .options = options,
    .lenient = true,
    .run = run,
};
