// SPDX-License-Identifier: Apache-2.0
#include "program.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "line.h"

enum { NOT_FOUND = 127 };

static _Noreturn void become(const char *const *words, const char *log)
{
    int in = open("/dev/null", O_RDONLY);
    int out = open(log, O_WRONLY | O_CREAT | O_TRUNC, 0666);

    if (in >= 0 && out >= 0 && dup2(in, STDIN_FILENO) >= 0 && dup2(out, STDOUT_FILENO) >= 0 &&
        dup2(out, STDERR_FILENO) >= 0) {
        execvp(words[0], (char *const *)(uintptr_t)words);
    }
    _exit(NOT_FOUND);
}

/* A compiler's own words are what is wanted when it fails. */
static void show(const char *log)
{
    FILE *file = fopen(log, "r");
    char text[4096];
    size_t length;

    if (file == NULL) {
        return;
    }
    fflush(stdout);
    while ((length = fread(text, 1, sizeof text, file)) > 0) {
        fwrite(text, 1, length, stderr);
    }
    fclose(file);
}

int program_run(struct cli *cli, const char *const *words, const char *log)
{
    int status = 0;
    pid_t pid = fork();

    if (pid == 0) {
        become(words, log);
    }
    while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    if (interrupted() || (pid > 0 && WIFSIGNALED(status) && WTERMSIG(status) == SIGINT)) {
        return cli_fail(cli, EXIT_INTERRUPTED, NULL, "%s: interrupted", words[0]);
    }
    if (pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0) {
        return EXIT_DONE;
    }
    if (pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) == NOT_FOUND) {
        return cli_fail(cli, EXIT_FAILED, "loader-cli doctor says what is missing",
                        "'%s' cannot be run", words[0]);
    }
    show(log);
    return cli_fail(cli, EXIT_FAILED, "what it said is above", "%s has failed; its log is %s",
                    words[0], log);
}

const char *program_self(void)
{
    static char path[512];
    ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);

    path[length > 0 ? length : 0] = '\0';
    return length > 0 ? path : "loader-cli";
}

static bool is_sdk(const char *path)
{
    char file[700];

    snprintf(file, sizeof file, "%s/cmake/project.cmake", path);
    return access(file, R_OK) == 0;
}

bool program_sdk(char *path, size_t size)
{
    /* Beside build/bin/loader-cli, and beside /usr/bin/loader-cli. */
    static const char *const beside[] = {"../..", "../share/gantry"};
    const char *given = getenv("GANTRY_SDK");
    const char *self = program_self();
    const char *slash = strrchr(self, '/');

    if (given != NULL && given[0] != '\0') {
        snprintf(path, size, "%s", given);
        return is_sdk(path);
    }
    for (size_t i = 0; slash != NULL && i < sizeof beside / sizeof beside[0]; i++) {
        snprintf(path, size, "%.*s/%s", (int)(slash - self), self, beside[i]);
        if (is_sdk(path)) {
            return true;
        }
    }
    return false;
}

const char *build_folder(void)
{
    static char folder[512];
    const char *given = getenv("GANTRY_BUILD");
    ssize_t length;
    char *slash;

    if (given != NULL && given[0] != '\0') {
        return given;
    }
    /* build/bin/loader-cli: two levels up. */
    length = readlink("/proc/self/exe", folder, sizeof folder - 1);
    folder[length > 0 ? length : 0] = '\0';
    for (int i = 0; i < 2 && (slash = strrchr(folder, '/')) != NULL; i++) {
        *slash = '\0';
    }
    return folder[0] != '\0' ? folder : "build";
}
