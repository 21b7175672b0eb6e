// SPDX-License-Identifier: Apache-2.0
/*
 * install and update. Hidden options turn the checks off or make the tool lie, for the tests of the
 * device; these and --dry-run go past the library's surface.
 */
#include <stdio.h>

#include "../cli/session.h"
#include "../device/install.h"
#include "../package/package.h"
#include "commands.h"
#include "install.h"
#include "outlook.h"

static int unchecked;
static int in_place;
static int dry_run;
static char *send_instead;
static int begin_flags;

static const struct poptOption options[] = {
    {"in-place", 0, POPT_ARG_NONE, &in_place, 0,
     "without room for both versions, remove the old one first (not safe against power cuts)",
     NULL},
    {"dry-run", 0, POPT_ARG_NONE, &dry_run, 0, "say what would happen, change nothing", NULL},
    {"unchecked", 0, POPT_ARG_NONE | POPT_ARGFLAG_DOC_HIDDEN, &unchecked, 0,
     "skip the tool's own checks", NULL},
    {"send-instead", 0, POPT_ARG_STRING | POPT_ARGFLAG_DOC_HIDDEN, &send_instead, 0,
     "announce the package, send this one", "FILE"},
    {"flags", 0, POPT_ARG_INT | POPT_ARGFLAG_DOC_HIDDEN, &begin_flags, 0, "announce it with these",
     "N"},
    POPT_TABLEEND,
};

static void say_done(const struct cli *cli, const char *path, const struct gantry_installed *done)
{
    cli_say(cli, "%s: installed %s, version %u, %u bytes", path, done->name, done->version,
            done->size);
}

static int look_out(struct device *device, const char *what, const struct tbf_header *header,
                    const struct link_begin *begin, bool update_only)
{
    return outlook_install(device, &(struct outlook_wanted){what, header, begin, update_only});
}

/* Gives all members the size of the largest, for a lie is as long as the truth. */
static bool stretch(struct bytes *bytes, const struct tab *tab)
{
    size_t size = bytes->size;

    for (size_t i = 0; i < tab->count; i++) {
        size = tab->member[i].tbf.size > size ? tab->member[i].tbf.size : size;
    }
    return bytes_resize(bytes, size);
}

static int install_tab(struct device *device, const char *path, struct tab *tab, bool update_only)
{
    struct install_options how = {.update_only = update_only,
                                  .in_place = in_place != 0,
                                  .outlook = dry_run != 0 ? look_out : NULL,
                                  .unchecked = unchecked != 0,
                                  .flags = (uint8_t)begin_flags};
    struct install_done done;
    struct tab other = {.count = 0};
    int code = EXIT_DONE;

    if (send_instead != NULL) {
        code = tab_read(device->cli, send_instead, &other);
        if (code == EXIT_DONE && stretch(&other.member[0].tbf, tab)) {
            how.send_instead = &other.member[0].tbf;
        }
    }
    code = code != EXIT_DONE ? code : device_install(device, path, tab, &how, &done);
    tab_free(&other);
    if (code == EXIT_DONE && dry_run == 0) {
        struct gantry_installed told = {
            .version = done.version, .size = done.size, .ram = done.ram};

        snprintf(told.name, sizeof told.name, "%.*s", GANTRY_TEXT_SIZE - 1, done.name);
        say_done(device->cli, path, &told);
    }
    return code;
}

int install_app(struct device *device, const char *path, bool update_only)
{
    struct tab tab;
    int code = tab_read(device->cli, path, &tab);

    if (code == EXIT_DONE) {
        code = install_tab(device, path, &tab, update_only);
        tab_free(&tab);
    }
    return code;
}

/* What is said instead of done, and what is done otherwise than said. */
static int pretend(struct cli *cli, int count, const char **argument, bool update_only)
{
    static struct device device;
    int code = unchecked != 0 ? device_open_installer(cli, &device, NULL)
                              : device_open_kernel_installer(cli, &device, NULL);
    int result = EXIT_DONE;

    if (code != EXIT_DONE) {
        return code;
    }
    if (dry_run != 0) {
        code = outlook_begin(&device);
        result = code;
    }
    for (int i = 0;
         i < count && (code == EXIT_DONE || i > 0) && code != EXIT_LOST && code != EXIT_INTERRUPTED;
         i++) {
        code = install_app(&device, argument[i], update_only);
        result = code == EXIT_DONE || (code == EXIT_NOTHING && result != EXIT_DONE) ? result : code;
    }
    device_close(&device);
    return result;
}

static int install_one(struct session *session, const char *path, bool update_only)
{
    const unsigned flags = (update_only ? (unsigned)GANTRY_UPDATE_ONLY : 0) |
                           (in_place != 0 ? (unsigned)GANTRY_IN_PLACE : 0) |
                           (unchecked != 0 ? (unsigned)GANTRY_UNCHECKED : 0);
    struct gantry_package *package;
    struct gantry_installed done;
    int code = session_result(session, gantry_package_open(session->gantry, path, &package));

    code = code != EXIT_DONE
               ? code
               : session_result(session, gantry_install(session->gantry, package, flags, &done));
    gantry_package_free(package);
    if (code == EXIT_DONE) {
        say_done(session->cli, path, &done);
    }
    return code;
}

static int install_all(struct cli *cli, int count, const char **argument, bool update_only)
{
    struct session session;
    int result = EXIT_DONE;
    int code;

    if (count < 1) {
        return cli_fail(cli, EXIT_USAGE, "loader-cli install --help", "install takes packages");
    }
    if (send_instead != NULL || dry_run != 0 || begin_flags != 0) {
        return pretend(cli, count, argument, update_only);
    }
    code = unchecked != 0 ? session_open_installer(cli, &session)
                          : session_open_kernel_installer(cli, &session);
    if (code != EXIT_DONE) {
        return code;
    }
    for (int i = 0; i < count && code != EXIT_LOST && code != EXIT_INTERRUPTED; i++) {
        code = install_one(&session, argument[i], update_only);
        result = code == EXIT_DONE || (code == EXIT_NOTHING && result != EXIT_DONE) ? result : code;
    }
    session_end(&session);
    return result;
}

static int run_install(struct cli *cli, int count, const char **argument)
{
    return install_all(cli, count, argument, false);
}

static int run_update(struct cli *cli, int count, const char **argument)
{
    return install_all(cli, count, argument, true);
}

const struct command command_install = {
    .name = "install",
    .group = "Device",
    .summary = "Install or update apps, while the others run",
    .usage = "PACKAGE...",
    .help = "The device verifies the signature before it erases anything, and the whole package\n"
            "before it commits. A transfer that was cut off goes on where it stopped. The same\n"
            "package again: nothing to do (exit code 3). The same version with other bytes, or a "
            "newer\n"
            "one: an update. An older one: refused (exit code 5).\n\n"
            "  loader-cli install build/apps/hello.tab",
    .options = options,
    .several = true,
    .run = run_install,
};

const struct command command_update = {
    .name = "update",
    .group = "Device",
    .summary = "Update apps that are installed",
    .usage = "PACKAGE...",
    .options = options,
    .several = true,
    .run = run_update,
};
