// SPDX-License-Identifier: Apache-2.0
#include "emulator.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "connect.h"
#include "line.h"
#include "reason.h"

enum { ARGUMENTS_MAX = 48 };

/*
 * The name of a board's folder: its own, or that and its number for BOARD/NUMBER. False for what is
 * no emulated board, or not written as it is offered.
 */
static bool folder_name(const char *board, char *name, size_t size)
{
    static const char only[] = "mps2_an386";
    const size_t length = sizeof only - 1;
    unsigned number = 0;

    if (strncmp(board, only, length) != 0) {
        return false;
    }
    snprintf(name, size, "%s", only);
    if (board[length] == '\0') {
        return true;
    }
    for (const char *digit = board + length + 1; isdigit((unsigned char)*digit) != 0; digit++) {
        number = number > EMULATOR_NUMBER_MAX ? number : number * 10 + (unsigned)(*digit - '0');
    }
    snprintf(name, size, "%s/%u", only, number);
    if (number < 1 || number > EMULATOR_NUMBER_MAX || strcmp(name, board) != 0) {
        return false;
    }
    name[length] = '-';
    return true;
}

bool emulator_locate(const char *selected, struct emulator *e)
{
    const char *folder = getenv("GANTRY_EMU_DIR");
    const char *state = getenv("XDG_STATE_HOME");
    const char *home = getenv("HOME");
    char board[32];

    if (!folder_name(selected, board, sizeof board)) {
        return false;
    }
    if (folder != NULL && folder[0] != '\0') {
        snprintf(e->folder, sizeof e->folder, "%.300s/%s", folder, board);
    } else if (state != NULL && state[0] != '\0') {
        snprintf(e->folder, sizeof e->folder, "%.300s/gantry/emu/%s", state, board);
    } else {
        snprintf(e->folder, sizeof e->folder, "%.300s/.local/state/gantry/emu/%s",
                 home != NULL ? home : "/tmp", board);
    }
    snprintf(e->flash, sizeof e->flash, "%s/flash.img", e->folder);
    snprintf(e->serial_socket, sizeof e->serial_socket, "%s/serial.sock", e->folder);
    snprintf(e->monitor_socket, sizeof e->monitor_socket, "%s/qmp.sock", e->folder);
    snprintf(e->pid_file, sizeof e->pid_file, "%s/pid", e->folder);
    snprintf(e->log, sizeof e->log, "%s/qemu.log", e->folder);
    return true;
}

int emulator_find(struct cli *cli, const char *board, struct emulator *e)
{
    return emulator_locate(board, e) ? EXIT_DONE
                                     : cli_fail(cli, EXIT_DEVICE,
                                                "the emulated board is emu:mps2_an386; further "
                                                "ones are emu:mps2_an386/1 to /99",
                                                "there is no emulated board '%s'", board);
}

int emulator_prepare(struct cli *cli, const struct emulator *e)
{
    char path[400];

    if (strlen(e->serial_socket) > 100) {
        return cli_fail(cli, EXIT_FAILED, "set GANTRY_EMU_DIR to a shorter path",
                        "'%s' is too long for a socket", e->serial_socket);
    }
    snprintf(path, sizeof path, "%s", e->folder);
    for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(path, 0700);
        *slash = '/';
    }
    if (mkdir(path, 0700) != 0 && errno != EEXIST) {
        return cli_fail(cli, EXIT_PERMISSION, NULL, "cannot make '%s': %s", path,
                        reason(errno).text);
    }
    return EXIT_DONE;
}

/* Reads a file of a process, terminated; answers its length. */
static size_t read_process(long pid, const char *name, char *text, size_t size)
{
    char path[64];
    FILE *file;
    size_t length = 0;

    snprintf(path, sizeof path, "/proc/%ld/%s", pid, name);
    file = fopen(path, "r");
    if (file != NULL) {
        length = fread(text, 1, size - 1, file);
        fclose(file);
    }
    text[length] = '\0';
    return length;
}

/* Whether some emulator still has the flash. */
static bool is_flash_locked(const struct emulator *e)
{
    int fd = open(e->flash, O_RDONLY | O_CLOEXEC);
    bool locked = fd >= 0 && flock(fd, LOCK_SH | LOCK_NB) != 0;

    if (fd >= 0) {
        close(fd);
    }
    return locked;
}

/*
 * Whether a process is this board's emulator: its monitor's socket is in its command line. The
 * number may be somebody else's by now, another board's included. One that is just ending has no
 * command line any more, and still its files; one that has ended and was not waited for has
 * neither.
 */
static bool is_emulator(long pid, const struct emulator *e)
{
    const size_t size = strlen(e->monitor_socket);
    char text[8192];
    size_t length = read_process(pid, "cmdline", text, sizeof text);
    bool found = false;

    if (length == 0) {
        (void)read_process(pid, "comm", text, sizeof text);
        return strncmp(text, "qemu", 4) == 0 && is_flash_locked(e);
    }
    for (const char *word = text; word < text + length; word += strlen(word) + 1) {
        const char *socket = strncmp(word, "unix:", 5) == 0 ? word + 5 : "";

        found = found || (strncmp(socket, e->monitor_socket, size) == 0 && socket[size] == ',');
    }
    return found;
}

long emulator_pid(const struct emulator *e)
{
    char text[32] = "";
    FILE *file = fopen(e->pid_file, "r");
    long pid;

    if (file == NULL) {
        return 0;
    }
    pid = fgets(text, sizeof text, file) != NULL ? strtol(text, NULL, 10) : 0;
    fclose(file);
    return pid > 1 && kill((pid_t)pid, 0) == 0 && is_emulator(pid, e) ? pid : 0;
}

/* Splits extra options at spaces; answers how many words there are now. */
static int add_words(const char **argument, int count, char *words)
{
    char *rest = NULL;

    for (char *word = strtok_r(words, " ", &rest); word != NULL && count < ARGUMENTS_MAX - 1;
         word = strtok_r(NULL, " ", &rest)) {
        argument[count++] = word;
    }
    return count;
}

/*
 * Keeps other tools off the image as long as the emulator lives: the descriptor stays open in it.
 * False: another program has it.
 */
static bool lock_flash(const char *path)
{
    int fd = open(path, O_RDWR);

    return fd < 0 || flock(fd, LOCK_EX | LOCK_NB) == 0;
}

static _Noreturn void become_qemu(const struct emulator *e, const struct emulator_start *start)
{
    char backend[600];
    char serial[600];
    char monitor[600];
    char extra[512];
    const char *argument[ARGUMENTS_MAX] = {"qemu-system-arm",
                                           "-M",
                                           "mps2-an386,memory-backend=flash",
                                           "-object",
                                           backend,
                                           "-kernel",
                                           start->bootloader,
                                           "-display",
                                           "none",
                                           "-monitor",
                                           "none",
                                           "-chardev",
                                           serial,
                                           "-serial",
                                           "chardev:line",
                                           "-qmp",
                                           monitor};
    int count = 17;
    int log = open(e->log, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    int null = open("/dev/null", O_RDONLY);

    snprintf(backend, sizeof backend, "memory-backend-file,id=flash,mem-path=%s,size=16M,share=on",
             start->flash != NULL ? start->flash : e->flash);
    snprintf(serial, sizeof serial, "socket,id=line,path=%s,server=on,wait=off", e->serial_socket);
    snprintf(monitor, sizeof monitor, "unix:%s,server=on,wait=off", e->monitor_socket);
    if (start->icount) {
        argument[count++] = "-icount";
        argument[count++] = "shift=6,align=on";
    }
    if (start->extra != NULL) {
        snprintf(extra, sizeof extra, "%s", start->extra);
        count = add_words(argument, count, extra);
    }
    argument[count] = NULL;
    if (null < 0 || log < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(log, STDOUT_FILENO) < 0 ||
        dup2(log, STDERR_FILENO) < 0) {
        _exit(127);
    }
    if (!lock_flash(start->flash != NULL ? start->flash : e->flash)) {
        fprintf(stderr, "another program uses the flash image\n");
        _exit(127);
    }
    execvp(argument[0], (char *const *)(uintptr_t)argument);
    fprintf(stderr, "qemu-system-arm cannot be started: %s\n", reason(errno).text);
    _exit(127);
}

static void write_pid(const struct emulator *e, long pid)
{
    FILE *file = fopen(e->pid_file, "w");

    if (file != NULL) {
        fprintf(file, "%ld\n", pid);
        fclose(file);
    }
}

int emulator_start(struct cli *cli, const struct emulator *e, const struct emulator_start *start)
{
    pid_t pid;

    unlink(e->serial_socket);
    unlink(e->monitor_socket);
    fflush(NULL);
    pid = fork();
    if (pid == 0) {
        setsid();
        become_qemu(e, start);
    }
    if (pid < 0) {
        return cli_fail(cli, EXIT_FAILED, NULL, "no process: %s", reason(errno).text);
    }
    write_pid(e, (long)pid);
    for (int i = 0; i < 200; i++) {
        int fd;

        if (waitpid(pid, NULL, WNOHANG) == pid) {
            unlink(e->pid_file);
            return cli_fail(cli, EXIT_FAILED, "apt-get install qemu-system-arm; then see its log",
                            "the emulator ended at once; its log is %s", e->log);
        }
        /* The monitor's socket shows that the emulator is up; the line is left alone. */
        fd = connect_unix(e->monitor_socket);
        if (fd >= 0) {
            close(fd);
            return EXIT_DONE;
        }
        clock_sleep_ms(50);
    }
    return cli_fail(cli, EXIT_FAILED, NULL, "the emulator did not come up; its log is %s", e->log);
}

int emulator_end(struct cli *cli, const struct emulator *e, bool at_once)
{
    long pid = emulator_pid(e);

    if (pid == 0) {
        return cli_fail(cli, EXIT_NOTHING, NULL, "the emulated board is not running");
    }
    kill((pid_t)pid, at_once ? SIGKILL : SIGTERM);
    for (int i = 0; i < 100 && emulator_pid(e) == pid; i++) {
        waitpid((pid_t)pid, NULL, WNOHANG);
        clock_sleep_ms(20);
    }
    unlink(e->pid_file);
    return EXIT_DONE;
}

bool emulator_peek(const struct emulator *e, uint32_t offset, void *data, size_t length)
{
    int fd = open(e->flash, O_RDONLY | O_CLOEXEC);
    bool ok = fd >= 0 && pread(fd, data, length, offset) == (ssize_t)length;

    if (fd >= 0) {
        close(fd);
    }
    return ok;
}

bool emulator_poke(const struct emulator *e, uint32_t offset, const void *data, size_t length)
{
    int fd = open(e->flash, O_WRONLY | O_CLOEXEC);
    bool ok = fd >= 0 && pwrite(fd, data, length, offset) == (ssize_t)length;

    if (fd >= 0) {
        close(fd);
    }
    return ok;
}

/* Sends one QMP command and reads until `wanted` has come. */
static bool qmp(int fd, const char *command, const char *wanted, char *answer, size_t size)
{
    size_t used = 0;

    /* An emulator that is just ending must not take the tool with it. */
    if (command != NULL && line_send(fd, (const uint8_t *)command, strlen(command)) < 0) {
        return false;
    }
    for (int i = 0; i < 50; i++) {
        struct pollfd ready = {.fd = fd, .events = POLLIN};
        ssize_t count;

        if (poll(&ready, 1, 100) <= 0) {
            continue;
        }
        count = read(fd, answer + used, size - 1 - used);
        if (count <= 0) {
            return false;
        }
        used += (size_t)count;
        answer[used] = '\0';
        if (strstr(answer, wanted) != NULL) {
            return true;
        }
    }
    return false;
}

bool emulator_reset(const struct emulator *e)
{
    char answer[1024];
    int fd = connect_unix(e->monitor_socket);
    bool ok;

    if (fd < 0) {
        return false;
    }
    ok = qmp(fd, NULL, "}\r\n", answer, sizeof answer) &&
         qmp(fd, "{\"execute\":\"qmp_capabilities\"}\n", "return", answer, sizeof answer) &&
         qmp(fd, "{\"execute\":\"system_reset\"}\n", "return", answer, sizeof answer);
    close(fd);
    return ok;
}

bool emulator_word(const struct emulator *e, uint32_t address, uint32_t *word)
{
    char command[160];
    char answer[1024];
    int fd = connect_unix(e->monitor_socket);
    const char *colon;
    bool ok;

    if (fd < 0) {
        return false;
    }
    snprintf(command, sizeof command,
             "{\"execute\":\"human-monitor-command\",\"arguments\":{\"command-line\":\"xp /1xw "
             "0x%x\"}}\n",
             address);
    ok = qmp(fd, NULL, "}\r\n", answer, sizeof answer) &&
         qmp(fd, "{\"execute\":\"qmp_capabilities\"}\n", "return", answer, sizeof answer) &&
         qmp(fd, command, "0x", answer, sizeof answer);
    close(fd);
    colon = ok ? strstr(answer, ": 0x") : NULL;
    if (colon == NULL) {
        return false;
    }
    *word = (uint32_t)strtoul(colon + 2, NULL, 16);
    return true;
}
