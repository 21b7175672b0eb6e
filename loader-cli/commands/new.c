// SPDX-License-Identifier: Apache-2.0
/* new: a project of an app, which `run` builds. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "../package/package.h"
#include "../posix/files.h"
#include "../posix/interrupt.h"
#include "commands.h"

static const char cmake_text[] =
    "# How @ is built: `loader-cli run`, or by hand\n"
    "#   cmake -B build -DCMAKE_TOOLCHAIN_FILE=SDK/cmake/arm-none-eabi.cmake -DGANTRY_SDK=SDK\n"
    "#     -DCMAKE_BUILD_TYPE=MinSizeRel -DGANTRY_APP_KEY=KEY.pem\n"
    "# where SDK is Gantry's source tree, or /usr/share/gantry.\n"
    "cmake_minimum_required(VERSION 3.22)\n"
    "project(@ LANGUAGES C CXX ASM)\n"
    "# set(GANTRY_PICOLIBC ON) # and LIBC below: the full C library\n"
    "include(${GANTRY_SDK}/cmake/project.cmake)\n"
    "\n"
    "# RAM in bytes. A higher VERSION replaces a lower one, and never the other way round.\n"
    "gantry_app(NAME @ SOURCES main.c STACK 2048 HEAP 1024 KERNEL_HEAP 1024 VERSION 1)\n";

static const char main_text[] = "#include <gantry/console.h>\n"
                                "\n"
                                "int main(void)\n"
                                "{\n"
                                "    console_print(\"@: it runs\\r\\n\");\n"
                                "    return 0;\n"
                                "}\n";

static const char ignore_text[] = "/build/\n*.pem\n";

/* A name that a folder, a target of CMake and an app can have alike. */
static bool is_name(const char *name)
{
    size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_-");

    return islower((unsigned char)name[0]) && name[length] == '\0' && length <= TBF_NAME_MAX;
}

/* Writes a file of the project, with its name for each '@'. */
static int write_file(struct cli *cli, const char *name, const char *file, const char *text)
{
    char path[2 * TBF_NAME_MAX];
    char content[4096];
    size_t used = 0;

    for (; *text != '\0' && used + TBF_NAME_MAX + 1 < sizeof content; text++) {
        if (*text == '@') {
            used += (size_t)snprintf(content + used, sizeof content - used, "%s", name);
        } else {
            content[used++] = *text;
        }
    }
    snprintf(path, sizeof path, "%s/%s", name, file);
    return file_write(cli, path, content, used, false);
}

/* The whole project or nothing of it. */
static int make_project(struct cli *cli, const char *name)
{
    static const struct {
        const char *name;
        const char *text;
    } file[] = {{"CMakeLists.txt", cmake_text}, {"main.c", main_text}, {".gitignore", ignore_text}};
    const size_t count = sizeof file / sizeof file[0];
    char path[2 * TBF_NAME_MAX];
    int error = files_make_folder(name);
    int code = EXIT_DONE;

    if (error != 0) {
        return cli_fail(cli, error == EACCES ? EXIT_PERMISSION : EXIT_FAILED,
                        error == EEXIST ? "choose another name, or go there: nothing is overwritten"
                                        : NULL,
                        "the folder '%s' cannot be made: %s", name, strerror(error));
    }
    for (size_t i = 0; code == EXIT_DONE && i < count; i++) {
        code = write_file(cli, name, file[i].name, file[i].text);
    }
    for (size_t i = 0; code != EXIT_DONE && i < count; i++) {
        snprintf(path, sizeof path, "%s/%s", name, file[i].name);
        (void)remove(path);
    }
    if (code != EXIT_DONE) {
        files_remove_folder(name);
    }
    return code;
}

static int run(struct cli *cli, int count, const char **argument)
{
    const char *name = count == 1 ? argument[0] : "";
    int code;

    if (!is_name(name)) {
        return cli_fail(cli, EXIT_USAGE, "loader-cli new my-app",
                        "new takes one name: a small letter, then small letters, digits, - and _, "
                        "at most %d",
                        TBF_NAME_MAX);
    }
    if (strcmp(name, "test") == 0 || strcmp(name, "all") == 0 || strcmp(name, "clean") == 0 ||
        strcmp(name, "install") == 0 || strcmp(name, "help") == 0) {
        return cli_fail(cli, EXIT_USAGE, "loader-cli new my-app", "CMake has '%s' for itself",
                        name);
    }
    interrupt_hold();
    code = make_project(cli, name);
    interrupt_release();
    if (code == EXIT_DONE) {
        json_object_set_new(cli->result, "folder", json_string(name));
        cli_say(cli, "%s: made. Next: cd %s && loader-cli run", name, name);
    }
    return code;
}

const struct command command_new = {
    .name = "new",
    .group = "Packages and keys",
    .summary = "Make a project of an app",
    .usage = "APP",
    .help = "A folder of that name with a CMakeLists.txt, a main.c that prints a line, and a "
            ".gitignore.\n\n"
            "  loader-cli new my-app && cd my-app && loader-cli run",
    .run = run,
};
