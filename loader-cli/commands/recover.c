// SPDX-License-Identifier: Apache-2.0
/*
 * recover: from a board that does not start to one that runs its apps, in one command: finds it in
 * its bootloader, installs a kernel, waits until it runs, installs apps through it. What broke off
 * is taken up again.
 */
#include <stdio.h>
#include <string.h>

#include "../device/transfer.h"
#include "../package/package.h"
#include "../posix/terminal.h"
#include "commands.h"
#include "install.h"

enum { WAIT_S = 30, WAIT_MAX_S = 3600, LOOK_MS = 500, ATTEMPTS = 4 };

static int wait_s = WAIT_S;

static const struct poptOption options[] = {
    {"wait", 0, POPT_ARG_INT, &wait_s, 0, "wait so long for a device to show up (30)", "SECONDS"},
    POPT_TABLEEND,
};

/* One recovery, over several connections if need be. */
struct recovery {
    struct cli *cli;
    struct device device;
    const char *kernel;
    const char **app;
    int app_count;
    int app_next;    /* the first that has not been dealt with */
    int result;      /* of the apps */
    bool has_kernel; /* the kernel was installed, and ran */
    bool offline;    /* ... or was written: nothing runs there */
    json_t *installed;
};

/* Everything on the command line can be read: found out before a device is touched. */
static int check_files(struct cli *cli, int count, const char **path)
{
    int code = EXIT_DONE;

    for (int i = 0; i < count && code == EXIT_DONE; i++) {
        struct tab tab;

        code = tab_read(cli, path[i], &tab);
        if (code == EXIT_DONE) {
            tab_free(&tab);
        }
    }
    return code;
}

/* Also why it waits: there may be several, or one that another program uses. */
static void guide(const struct cli *cli)
{
    cli_note(cli, "%s", cli->kept);
    cli_note(cli, "waiting for the device, up to %d s (Ctrl-C ends):", wait_s);
    cli_note(cli, "  1. connect the board with its USB cable, or its serial cable;");
    cli_note(cli, "  2. when it does not show up, hold its recovery button (or set its strap) and");
    cli_note(cli, "     plug it in again, or press its reset button twice within a second.");
}

/* Connects to the device as soon as there is one. */
static int find(struct recovery *r)
{
    const uint32_t start = clock_ms();
    const uint32_t held = cli_hold(r->cli, 1u << EXIT_DEVICE | 1u << EXIT_LOST);
    bool guided = false;
    int code;

    for (;;) {
        code = device_open(r->cli, &r->device, NULL);
        if ((code != EXIT_DEVICE && code != EXIT_LOST) || interrupted() ||
            clock_ms() - start >= (uint32_t)wait_s * 1000u) {
            break;
        }
        if (!guided) {
            guide(r->cli);
            guided = true;
        }
        clock_sleep_ms(LOOK_MS);
    }
    r->cli->held = held;
    return code == EXIT_DEVICE ? cli_report(r->cli, code) : code;
}

static int restore_kernel(struct recovery *r)
{
    int code;

    r->offline = r->device.line.offline != NULL;
    cli_say(r->cli, "%s: found, %s", r->device.line.name,
            r->offline ? "flash alone, in which nothing runs"
            : r->device.host.hello.mode == LINK_MODE_BOOTLOADER ? "in its bootloader"
                                                                : "with a kernel that runs");
    code = install_kernel(r->cli, &r->device, r->kernel);
    if (code == EXIT_DONE && r->offline) {
        code = device_refresh(&r->device, r->kernel); /* its keys count for the apps */
    }
    r->has_kernel = code == EXIT_DONE;
    return code;
}

/* Installs the apps that are left. One that the device refuses does not keep the others off it. */
static int restore_apps(struct recovery *r)
{
    for (; r->app_next < r->app_count; r->app_next++) {
        const char *path = r->app[r->app_next];
        const uint32_t held = cli_hold(r->cli, 1u << EXIT_NOTHING);
        int code = install_app(&r->device, path, false);

        r->cli->held = held;
        if (code == EXIT_LOST || code == EXIT_INTERRUPTED) {
            return code;
        }
        if (code == EXIT_DONE || code == EXIT_NOTHING) {
            json_array_append_new(r->installed, json_string(path));
            if (code == EXIT_NOTHING) {
                cli_say(r->cli, "%s: is there already", path);
            }
        } else {
            r->result = code;
        }
    }
    return r->result;
}

/* One connection: as far as it goes. */
static int attempt(struct recovery *r)
{
    int code = find(r);

    if (code != EXIT_DONE) {
        return code;
    }
    if (!r->has_kernel || r->device.host.hello.mode != LINK_MODE_KERNEL) {
        code = restore_kernel(r);
    }
    code = code != EXIT_DONE ? code : restore_apps(r);
    device_close(&r->device);
    return code;
}

static void say_done(const struct recovery *r)
{
    char apps[48] = "";

    if (r->app_count > 0) {
        snprintf(apps, sizeof apps, ", %d app%s %s", r->app_count, r->app_count == 1 ? "" : "s",
                 r->offline ? "for it to verify" : "installed");
    }
    cli_say(r->cli,
            r->offline ? "written: a kernel%s; the bootloader decides at the next start"
                       : "recovered: the kernel runs%s",
            apps);
}

static int run(struct cli *cli, int count, const char **argument)
{
    static struct recovery r;
    int code;

    if (count < 1 || wait_s < 0 || wait_s > WAIT_MAX_S) {
        return cli_fail(cli, EXIT_USAGE, "loader-cli recover --help",
                        count < 1 ? "recover takes a kernel image, and apps behind it"
                                  : "--wait takes 0 to 3600 seconds");
    }
    code = check_files(cli, count, argument);
    if (code != EXIT_DONE) {
        return code;
    }
    r = (struct recovery){.cli = cli,
                          .kernel = argument[0],
                          .app = argument + 1,
                          .app_count = count - 1,
                          .installed = json_array()};
    json_object_set_new(cli->result, "installed", r.installed);
    /* A connection that breaks is reported by whoever gives up on it. */
    cli->held = 1u << EXIT_LOST;
    code = EXIT_LOST;
    for (int i = 0; code == EXIT_LOST && i < ATTEMPTS; i++) {
        if (i > 0) {
            cli_note(cli, "the connection broke; what has arrived is kept: once more");
        }
        code = attempt(&r);
    }
    cli->held = 0;
    if (code == EXIT_LOST) {
        return cli_report(cli, code);
    }
    if (code == EXIT_DONE) {
        say_done(&r);
    }
    return code;
}

const struct command command_recover = {
    .name = "recover",
    .group = "Device",
    .summary = "Bring a device back: a kernel, and apps through it",
    .usage = "KERNEL.img [PACKAGE...]",
    .help =
        "For a board that does not start, or has an empty flash. Waits for it to show up on "
        "USB or\n"
        "a serial port, in its bootloader (a kernel that runs is asked to restart into it), "
        "installs\n"
        "the kernel, waits until it runs, and installs the apps through it. A connection that\n"
        "breaks is made again, and the transfer goes on where it stopped. Nothing is asked: it "
        "does\n"
        "the same in scripts. Into flash alone kernel and apps are written, and that is said.\n\n"
        "  loader-cli recover kernel.img blink.tab counter.tab\n"
        "  loader-cli -d usb:1209:0001:C0FFEE recover --wait 600 kernel.img",
    .options = options,
    .run = run,
};
