// SPDX-License-Identifier: Apache-2.0
/* install-udev: lets people who sit at this computer use their boards over USB. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "../package/package.h"
#include "../posix/files.h"
#include "../posix/udev.h"
#include "../transport/usb.h"
#include "commands.h"

static int apply;
static char *ids;
static char *folder;

static const struct poptOption options[] = {
    {"apply", 0, POPT_ARG_NONE, &apply, 0, "write them, and have udev read them", NULL},
    {"ids", 0, POPT_ARG_STRING, &ids, 0, "for a product with ids of its own too", "VID:PID"},
    {"folder", 0, POPT_ARG_STRING, &folder, 0, "where rules are kept (" UDEV_USUAL_FOLDER ")",
     "FOLDER"},
    POPT_TABLEEND,
};

/* Whether the file may be written: it is not there, or an earlier one of ours. */
static int look(struct cli *cli, const char *path, const char *rules)
{
    struct bytes old;
    const enum files_kind kind = files_kind(path);
    bool ours;
    bool same;
    int code;

    if (kind == FILES_NONE) {
        return EXIT_DONE;
    }
    if (kind != FILES_PLAIN) {
        return cli_fail(cli, EXIT_FAILED, "see what it is, and move it away: ls -l",
                        "'%s' is no plain file: not touched", path);
    }
    code = file_read(cli, path, &old);
    if (code != EXIT_DONE) {
        return code;
    }
    ours = old.size >= strlen(udev_mark) && memcmp(old.data, udev_mark, strlen(udev_mark)) == 0;
    same = old.size == strlen(rules) && memcmp(old.data, rules, old.size) == 0;
    bytes_free(&old);
    if (same) {
        return cli_fail(cli, EXIT_NOTHING, "plug the device in again if it cannot be opened",
                        "'%s' has these rules already", path);
    }
    return ours ? EXIT_DONE
                : cli_fail(cli, EXIT_FAILED, "put what you need of it elsewhere, and remove it",
                           "'%s' was not written by this command: not touched", path);
}

static int write_rules(struct cli *cli, const char *rules)
{
    const bool usual = folder == NULL || strcmp(folder, UDEV_USUAL_FOLDER) == 0;
    char path[1024];
    int length = snprintf(path, sizeof path, "%s/" UDEV_FILE, usual ? UDEV_USUAL_FOLDER : folder);
    uint32_t held;
    int code;

    if (length < 0 || (size_t)length >= sizeof path) {
        return cli_fail(cli, EXIT_USAGE, NULL, "the name of the folder is too long");
    }
    json_object_set_new(cli->result, "file", json_string(path));
    code = look(cli, path, rules);
    if (code != EXIT_DONE) {
        return code;
    }
    held = cli_hold(cli, 1u << EXIT_PERMISSION);
    code = file_write(cli, path, rules, strlen(rules), false);
    cli->held = held;
    if (code == EXIT_PERMISSION) {
        return cli_fail(cli, code, "sudo loader-cli install-udev --apply",
                        "no permission to write '%s'", path);
    }
    if (code == EXIT_DONE) {
        cli_say(cli, "%s: written", path);
        if (usual && !udev_reload()) {
            cli_note(cli, "udev did not take it up: restart the computer, or its udev");
        }
        cli_say(cli, "plug the device in again");
    }
    return code;
}

static int run(struct cli *cli, int count, const char **argument)
{
    char rules[UDEV_RULES_MAX];
    struct usb_name own;

    (void)argument;
    if (count != 0) {
        return cli_fail(cli, EXIT_USAGE, NULL, "install-udev takes no arguments");
    }
    if (ids != NULL && (!usb_name_parse(ids, &own) || own.serial[0] != '\0')) {
        return cli_fail(cli, EXIT_USAGE, "--ids 1209:0001", "'%s' is not VID:PID", ids);
    }
    udev_make_rules(rules, ids != NULL ? &own : NULL);
    json_object_set_new(cli->result, "rules", json_string(rules));
    if (apply != 0) {
        return write_rules(cli, rules);
    }
    if (cli->json == 0) {
        fputs(rules, stdout);
        cli_note(cli, "nothing was written: sudo loader-cli install-udev --apply does that");
    }
    return EXIT_DONE;
}

const struct command command_install_udev = {
    .name = "install-udev",
    .group = "This computer",
    .summary = "Let the people at this computer use their boards over USB",
    .usage = "[--apply]",
    .help = "Prints the rules that Linux's udev needs for it; with --apply they are written "
            "to\n" UDEV_USUAL_FOLDER "/" UDEV_FILE
            ". A file there that somebody else wrote is left alone.\n"
            "The rules also keep ModemManager from talking to the boards.\n\n"
            "  sudo loader-cli install-udev --apply",
    .options = options,
    .run = run,
};
