// SPDX-License-Identifier: Apache-2.0
#include "tool.h"

#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { HANG_S = 100, NOBODY = 65534, SANITIZER_CODE = 99 };

static char folder[64];
static pid_t owner;

static int remove_one(const char *path, const struct stat *information, int kind, struct FTW *at)
{
    (void)information;
    (void)kind;
    (void)at;
    return remove(path);
}

static void remove_folder(void)
{
    if (getpid() == owner) {
        nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    }
}

void tool_setup(void)
{
    char settings[64];

    snprintf(folder, sizeof folder, "/tmp/gantry-cli.XXXXXX");
    if (mkdtemp(folder) == NULL) {
        perror(folder);
        exit(EXIT_FAILURE);
    }
    owner = getpid();
    atexit(remove_folder);
    setenv("XDG_RUNTIME_DIR", folder, 1);
    setenv("GANTRY_EMU_DIR", folder, 1);
    setenv("LC_ALL", "C.UTF-8", 1);
    setenv("XDG_CONFIG_HOME", tool_path(settings, sizeof settings, "settings"), 1);
    unsetenv("LOADER_CONFIG");
    unsetenv("LOADER_RATE");
    unsetenv("LOADER_KEY");
    unsetenv("LOADER_COLOR");
    unsetenv("LOADER_DEVICE");
    unsetenv("LOADER_PATIENCE_MS");
}

const char *tool_folder(void)
{
    return folder;
}

const char *tool_path(char *text, size_t size, const char *name)
{
    snprintf(text, size, "%s/%s", folder, name);
    return text;
}

static void redirect(int to, const char *what, long number)
{
    char path[128];
    int fd;

    snprintf(path, sizeof path, "%s/%s.%ld", folder, what, number);
    fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (fd < 0 || dup2(fd, to) < 0) {
        _exit(127);
    }
}

/* In the child: no rights, and a folder for locks that is its own. */
static void become_nobody(void)
{
    char path[128];

    tool_path(path, sizeof path, "nobody");
    mkdir(path, 0777);
    if (chmod(folder, 0755) != 0 || chmod(path, 0777) != 0 ||
        setenv("XDG_RUNTIME_DIR", path, 1) != 0 ||
        (geteuid() == 0 && (setgid(NOBODY) != 0 || setuid(NOBODY) != 0))) {
        _exit(127);
    }
}

void tool_become(const char *const *arguments)
{
    const char *word[TOOL_ARGUMENTS_MAX + 4] = {"loader-cli"};
    const char *other = getenv("TOOL");

    for (size_t i = 0; i < TOOL_ARGUMENTS_MAX + 2 && arguments[i] != NULL; i++) {
        word[i + 1] = arguments[i];
    }
    execv(other != NULL ? other : LOADER_CLI, (char *const *)(uintptr_t)word);
    _exit(127);
}

/* err: where standard error goes; -1: to a file. */
static pid_t begin(const char *device, const char *const *arguments, bool as_nobody, int err)
{
    const char *word[TOOL_ARGUMENTS_MAX + 4] = {"loader-cli"};
    size_t count = 1;
    pid_t pid;

    if (device != NULL) {
        word[count++] = "-d";
        word[count++] = device;
    }
    while (*arguments != NULL && count < TOOL_ARGUMENTS_MAX + 3) {
        word[count++] = *arguments++;
    }
    fflush(NULL);
    pid = fork();
    if (pid == 0) {
        /* Opened before rights are given up: the build's folder may be closed to others. */
        const char *other = getenv("TOOL");
        int tool = open(other != NULL ? other : LOADER_CLI, O_RDONLY | O_CLOEXEC);
        int null = open("/dev/null", O_RDONLY);

        prctl(PR_SET_PDEATHSIG, SIGKILL);
        dup2(null, STDIN_FILENO);
        redirect(STDOUT_FILENO, "out", (long)getpid());
        redirect(STDERR_FILENO, "err", (long)getpid());
        if (err >= 0 && dup2(err, STDERR_FILENO) < 0) {
            _exit(127);
        }
        if (as_nobody) {
            become_nobody();
        }
        fexecve(tool, (char *const *)(uintptr_t)word, environ);
        _exit(127);
    }
    return pid;
}

pid_t tool_begin(const char *device, const char *const *arguments, bool as_nobody)
{
    return begin(device, arguments, as_nobody, -1);
}

pid_t tool_begin_to(int err, const char *device, const char *const *arguments)
{
    return begin(device, arguments, false, err);
}

static void collect(const char *what, long number, char *text, size_t size)
{
    char path[128];
    FILE *file;
    size_t length = 0;

    snprintf(path, sizeof path, "%s/%s.%ld", folder, what, number);
    file = fopen(path, "r");
    if (file != NULL) {
        length = fread(text, 1, size - 1, file);
        fclose(file);
        unlink(path);
    }
    text[length] = '\0';
}

void tool_end(struct tool_run *run, pid_t pid)
{
    const struct timespec moment = {0, 2000000};
    time_t start = time(NULL);
    int status = 0;

    while (waitpid(pid, &status, WNOHANG) == 0) {
        if (time(NULL) - start > HANG_S) {
            kill(pid, SIGKILL);
            waitpid(pid, &status, 0);
            status = -1;
            break;
        }
        nanosleep(&moment, NULL);
    }
    run->code = status == -1 ? TOOL_HUNG : WIFEXITED(status) ? WEXITSTATUS(status) : TOOL_CRASHED;
    run->code = run->code == SANITIZER_CODE ? TOOL_CRASHED : run->code;
    collect("out", (long)pid, run->out, sizeof run->out);
    collect("err", (long)pid, run->err, sizeof run->err);
}

void tool_run(struct tool_run *run, const char *device, const char *const *arguments)
{
    tool_end(run, tool_begin(device, arguments, false));
}

size_t tool_count(const char *text, const char *wanted)
{
    size_t count = 0;

    for (const char *at = strstr(text, wanted); at != NULL; at = strstr(at + 1, wanted)) {
        count++;
    }
    return count;
}

/* Lines that begin with a word. */
static size_t lines(const char *text, const char *word)
{
    size_t count = strncmp(text, word, strlen(word)) == 0 ? 1 : 0;

    for (const char *at = strchr(text, '\n'); at != NULL; at = strchr(at + 1, '\n')) {
        count += strncmp(at + 1, word, strlen(word)) == 0 ? 1 : 0;
    }
    return count;
}

const char *tool_fault(const struct tool_run *run, int code)
{
    const char *word = code == 3 ? "note: " : "error: ";

    if (run->code == TOOL_HUNG) {
        return "it hangs";
    }
    if (run->code == TOOL_CRASHED) {
        return "it crashed";
    }
    if (run->code != code) {
        return "another exit code";
    }
    if (lines(run->err, word) != (code == 0 ? 0 : 1)) {
        return "not exactly one line says what is wrong";
    }
    if (lines(run->err, "hint: ") != (code == 0 ? 0 : 1)) {
        return "not exactly one line says what to do";
    }
    return tool_is_clean(run->out) && tool_is_clean(run->err) ? NULL : "control characters";
}

bool tool_is_clean(const char *text)
{
    for (const unsigned char *p = (const unsigned char *)text; *p != '\0'; p++) {
        bool control = (*p < 0x20 && *p != '\n') || *p == 0x7F || (*p == 0xC2 && p[1] < 0xA0) ||
                       (*p == 0xE2 && p[1] == 0x80 && p[2] >= 0xA8 && p[2] <= 0xAE) || *p == 0xC0 ||
                       (*p == 0xE0 && p[1] < 0xA0);

        if (control) {
            return false;
        }
    }
    return true;
}

void tool_show(const struct tool_run *run)
{
    printf("  exit code %d\n%s%s", run->code, run->out, run->err);
}
