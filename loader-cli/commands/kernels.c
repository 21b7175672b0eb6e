// SPDX-License-Identifier: Apache-2.0
/* kernel install: through the bootloader; kernel update, revert: through the kernel that runs. */
#include "../cli/session.h"
#include "../device/kernel_offline.h"
#include "commands.h"
#include "install.h"

static int unchecked;

static const struct poptOption options[] = {
    {"unchecked", 0, POPT_ARG_NONE | POPT_ARGFLAG_DOC_HIDDEN, &unchecked, 0,
     "skip the tool's own checks", NULL},
    POPT_TABLEEND,
};

/* Where no kernel runs. */
static int install_offline(struct cli *cli, struct device *device, const char *path,
                           struct tab *tab)
{
    struct kernel_offline_done done;
    int code = device_kernel_install_offline(
        device, path, tab, unchecked != 0 ? (unsigned)KERNEL_UNCHECKED : 0, &done);

    if (code == EXIT_DONE) {
        cli_say(cli, "%s: version %u installed at 0x%08x, %s", path, done.version, done.slot,
                done.trial ? "to be started on trial beside the kernel that counts"
                           : "and it counts: there is no other");
        json_object_set_new(cli->result, "slot", json_integer(done.slot));
        json_object_set_new(cli->result, "trial", json_boolean(done.trial));
    }
    return code;
}

static int install_running(struct cli *cli, struct device *device, const char *path,
                           struct tab *tab)
{
    int code = device_kernel_install(device, path, tab, 0);

    if (code == EXIT_DONE) {
        cli_say(cli, "%s: installed and running from slot 0x%08x", path, device->info.kernel_slot);
    }
    return code;
}

int install_kernel(struct cli *cli, struct device *device, const char *path)
{
    struct tab tab;
    int code = tab_read(cli, path, &tab);

    if (code == EXIT_DONE) {
        code = device->line.offline != NULL ? install_offline(cli, device, path, &tab)
                                            : install_running(cli, device, path, &tab);
        tab_free(&tab);
    }
    return code;
}

static int put(struct session *session, const char *path, bool update)
{
    const unsigned flags = unchecked != 0 ? (unsigned)GANTRY_UNCHECKED : 0;
    struct gantry *gantry = session->gantry;
    struct gantry_package *package;
    int code = session_result(session, gantry_package_open(gantry, path, &package));

    if (code != EXIT_DONE) {
        return code;
    }
    code = session_result(session, update ? gantry_kernel_update(gantry, package, flags)
                                          : gantry_kernel_install(gantry, package, flags));
    gantry_package_free(package);
    if (code == EXIT_DONE) {
        cli_say(session->cli, "%s: installed and running from slot 0x%08x", path,
                gantry_info(gantry)->kernel_slot);
    }
    return code;
}

static int run(struct cli *cli, int count, const char **argument)
{
    struct session session;
    int code;

    if (count != 1) {
        return cli_fail(cli, EXIT_USAGE, "loader-cli kernel install --help",
                        "kernel install takes one kernel image");
    }
    code = session_open(cli, &session);
    if (code == EXIT_DONE) {
        code = gantry_info(session.gantry)->mode == GANTRY_OFFLINE
                   ? install_kernel(cli, session_device(&session), argument[0])
                   : put(&session, argument[0], false);
        session_end(&session);
    }
    return code;
}

const struct command command_kernel_install = {
    .name = "kernel install",
    .group = "Device",
    .summary = "Install a kernel through the bootloader, an image or a debug probe",
    .usage = "KERNEL.img",
    .help =
        "A device without a valid kernel waits in its bootloader; a running kernel is asked to\n"
        "restart into it, once board, slot, version and signature of the new one are found good:\n"
        "apps do not stop for a file that is refused. The bootloader verifies the signature "
        "before\n"
        "it erases anything, and the whole kernel again before it starts it. Into an image, or\n"
        "through a debug probe, the tool writes it by the same rules, and the bootloader decides "
        "at\n"
        "the next start.",
    .options = options,
    .several = true,
    .run = run,
};

static int run_update(struct cli *cli, int count, const char **argument)
{
    struct session session;
    int code;

    if (count != 1) {
        return cli_fail(cli, EXIT_USAGE, "loader-cli kernel update --help",
                        "kernel update takes one kernel image");
    }
    code = session_open_kernel(cli, &session);
    if (code == EXIT_DONE) {
        code = put(&session, argument[0], true);
        session_end(&session);
    }
    return code;
}

const struct command command_kernel_update = {
    .name = "kernel update",
    .group = "Device",
    .summary = "Replace the kernel of a running device",
    .usage = "KERNEL.img",
    .help = "The running kernel verifies the signature, then writes the new one into the slot that "
            "it\n"
            "does not run from, while apps go on. After a restart the new kernel is on trial: "
            "unless\n"
            "it confirms itself, the old one comes back.",
    .options = options,
    .several = true,
    .run = run_update,
};

static int run_revert(struct cli *cli, int count, const char **argument)
{
    struct session session;
    int code;

    (void)argument;
    if (count != 0) {
        return cli_fail(cli, EXIT_USAGE, NULL, "kernel revert takes no arguments");
    }
    code = session_open_kernel(cli, &session);
    if (code != EXIT_DONE) {
        return code;
    }
    code = session_result(&session, gantry_kernel_revert(session.gantry));
    if (code == EXIT_DONE) {
        cli_say(cli, "running from slot 0x%08x", gantry_info(session.gantry)->kernel_slot);
    }
    session_end(&session);
    return code;
}

const struct command command_kernel_revert = {
    .name = "kernel revert",
    .group = "Device",
    .summary = "Go back to the kernel in the other slot",
    .usage = "",
    .help =
        "A kernel on trial is given up; otherwise the other slot's is started on trial, unless "
        "it is\n"
        "older than the device accepts: once a kernel has confirmed itself, that is any with a\n"
        "lower version.",
    .several = true,
    .run = run_revert,
};
