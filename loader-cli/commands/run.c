// SPDX-License-Identifier: Apache-2.0
/* run: from sources to output: builds a project, signs it, installs it, and shows what it says. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "../cli/settings.h"
#include "../package/package.h"
#include "../posix/connect.h"
#include "../posix/emulator.h"
#include "../posix/files.h"
#include "../posix/program.h"
#include "commands.h"
#include "install.h"
#include "monitor.h"

#define BUILD "build"
#define LOG   BUILD "/loader-cli.log"

static char *key_option;
static int no_monitor;

static const struct poptOption options[] = {
    {"key", 'k', POPT_ARG_STRING, &key_option, 0,
     "sign with it (LOADER_KEY, else the development key of the build)", "FILE.pem"},
    {"no-monitor", 0, POPT_ARG_NONE, &no_monitor, 0, "end when it is installed", NULL},
    {"for", 0, POPT_ARG_INT, &monitor_wanted.seconds, 0, "end after so many seconds", "SECONDS"},
    {"lines", 0, POPT_ARG_INT, &monitor_wanted.lines, 0, "end after so many lines", "N"},
    {"until", 0, POPT_ARG_STRING, &monitor_wanted.until, 0, "end at a line that matches", "REGEX"},
    {"timestamps", 't', POPT_ARG_NONE, &monitor_wanted.timestamps, 0, "print the time in front",
     NULL},
    {"log", 0, POPT_ARG_STRING, &monitor_wanted.log, 0, "append the lines to a file", "FILE"},
    POPT_TABLEEND,
};

/* What was built. */
struct packages {
    char path[FILES_FOUND_MAX][FILES_PATH_MAX];
    size_t count;
};

/* The key to sign with, as an absolute name: the compiler's driver runs elsewhere. */
static int find_key(struct cli *cli, char *path, size_t size)
{
    const char *key = key_option != NULL ? key_option : settings_value("key", NULL);

    if (key[0] == '\0') {
        snprintf(path, size, "%s/keys/dev-app.pem", build_folder());
        return files_readable(path)
                   ? EXIT_DONE
                   : cli_fail(cli, EXIT_USAGE, "loader-cli keygen app-key.pem makes one",
                              "there is no key to sign with: --key FILE.pem");
    }
    if (!files_absolute(key, path, size)) {
        return cli_fail(cli, EXIT_FAILED, NULL, "the name of the key is too long");
    }
    return files_readable(path)
               ? EXIT_DONE
               : cli_fail(cli, EXIT_FAILED, NULL, "the key '%s' cannot be read", path);
}

static int configure(struct cli *cli, const char *key)
{
    char sdk[FILES_PATH_MAX];
    char toolchain[FILES_PATH_MAX + 64];
    char sdk_word[FILES_PATH_MAX + 32];
    char tool_word[FILES_PATH_MAX];
    char key_word[FILES_PATH_MAX + 32];
    const char *const words[] = {"cmake",   "-S",     ".",       "-B",
                                 BUILD,     "-G",     "Ninja",   "-DCMAKE_BUILD_TYPE=MinSizeRel",
                                 toolchain, sdk_word, tool_word, key_word,
                                 NULL};

    if (!program_sdk(sdk, sizeof sdk)) {
        return cli_fail(cli, EXIT_FAILED, "GANTRY_SDK=FOLDER names it: Gantry's source tree does",
                        "what apps are built from is not to be found");
    }
    snprintf(toolchain, sizeof toolchain, "-DCMAKE_TOOLCHAIN_FILE=%s/cmake/arm-none-eabi.cmake",
             sdk);
    snprintf(sdk_word, sizeof sdk_word, "-DGANTRY_SDK=%s", sdk);
    snprintf(tool_word, sizeof tool_word, "-DLOADER_CLI=%s", program_self());
    snprintf(key_word, sizeof key_word, "-DGANTRY_APP_KEY=%s", key);
    return program_run(cli, words, LOG);
}

static int build(struct cli *cli)
{
    static const char *const words[] = {"cmake", "--build", BUILD, NULL};
    char key[FILES_PATH_MAX];
    int code = find_key(cli, key, sizeof key);
    int error;

    if (code != EXIT_DONE) {
        return code;
    }
    if (!files_readable("CMakeLists.txt")) {
        return cli_fail(cli, EXIT_USAGE, "loader-cli new NAME makes a project; cd there",
                        "there is no project in this folder: no CMakeLists.txt");
    }
    error = files_make_folder(BUILD);
    if (error != 0 && error != EEXIST) {
        return cli_fail(cli, error == EACCES ? EXIT_PERMISSION : EXIT_FAILED, NULL,
                        "the folder '" BUILD "' cannot be made: %s", strerror(error));
    }
    /* Quick when nothing has changed, and the key or the tool may have. */
    code = configure(cli, key);
    return code != EXIT_DONE ? code : program_run(cli, words, LOG);
}

/* Chooses the device; powers the emulated board up when there is no other. */
static int choose(struct cli *cli)
{
    static char selector[300];
    static char emulated[] = "emu:mps2_an386";
    struct emulator emulator;
    char list[64];

    if (cli->device == NULL) {
        connect_list(list, sizeof list);
        if (list[strspn(list, " ")] != '\0') {
            int code = connect_choose(cli, selector, sizeof selector);

            cli->device = selector;
            return code;
        }
        cli->device = emulated;
    }
    if (strcmp(cli->device, emulated) == 0 && emulator_locate("mps2_an386", &emulator) &&
        emulator_pid(&emulator) == 0) {
        return command_emu_start.run(cli, 0, NULL);
    }
    return EXIT_DONE;
}

/* Starts an app anew that is there already, so that it speaks. */
static int restart(struct device *device, const char *package)
{
    const struct link_entry *entry;
    struct tab tab;
    int code = tab_read(device->cli, package, &tab);

    if (code != EXIT_DONE) {
        return code;
    }
    code = device_list(device);
    code = code != EXIT_DONE ? code : device_find(device, tab.name, &entry);
    code = code != EXIT_DONE ? code : device_app_command(device, LINK_RESTART, entry, "restart");
    if (code == EXIT_DONE) {
        cli_say(device->cli, "%s: restarted", tab.name);
    }
    tab_free(&tab);
    return code;
}

/* Installs what was built, over a session that hears what apps print from then on. */
static int install(struct device *device, void *context)
{
    const struct packages *packages = context;
    int code = EXIT_DONE;

    for (size_t i = 0; code == EXIT_DONE && i < packages->count; i++) {
        const uint32_t held = cli_hold(device->cli, 1u << EXIT_NOTHING);

        code = install_app(device, packages->path[i], false);
        device->cli->held = held;
        if (code == EXIT_NOTHING) {
            code = restart(device, packages->path[i]);
        }
    }
    return code;
}

static int install_only(struct cli *cli, struct packages *packages)
{
    static struct device device;
    int code = device_open_kernel(cli, &device, NULL);

    if (code == EXIT_DONE) {
        code = install(&device, packages);
        device_close(&device);
    }
    return code;
}

static int run_packages(struct cli *cli)
{
    static struct packages packages;

    packages.count = files_find(BUILD, ".tab", packages.path);
    if (packages.count == 0) {
        return cli_fail(cli, EXIT_FAILED, "gantry_app() in CMakeLists.txt makes one",
                        "the build has made no package");
    }
    return no_monitor != 0 ? install_only(cli, &packages) : monitor_run(cli, install, &packages);
}

static int run(struct cli *cli, int count, const char **argument)
{
    int code;

    (void)argument;
    if (count != 0 || !monitor_numbers_are_sound()) {
        return cli_fail(cli, EXIT_USAGE, NULL,
                        count != 0 ? "run takes no arguments" : "a number is 0 or negative");
    }
    code = build(cli);
    code = code != EXIT_DONE ? code : choose(cli);
    return code != EXIT_DONE ? code : run_packages(cli);
}

const struct command command_run = {
    .name = "run",
    .group = "Packages and keys",
    .summary = "Build the project in this folder, install it, show what it prints",
    .usage = "",
    .help = "Builds with CMake in the folder " BUILD ", signs, installs on the device that is "
            "there, or on the\n"
            "emulated board, which is powered up for it, and goes on as loader-cli monitor does. "
            "What is\n"
            "installed already is started anew.\n\n"
            "  loader-cli run --until 'it runs' --for 30",
    .options = options,
    .run = run,
};
