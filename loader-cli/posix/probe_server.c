// SPDX-License-Identifier: Apache-2.0
#include "probe_server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "line.h"
#include "reason.h"

enum {
    NOT_FOUND = 127,
    START_MS = 30000, /* pyOCD's interpreter alone may take ten seconds */
    LOOK_MS = 20,
    LEAVE_MS = 5000,
    TERM_MS = 3000,
    TAIL_BYTES = 4096,
    TAIL_LINES = 8
};

static struct sockaddr_in loopback(int port)
{
    struct sockaddr_in address = {.sin_family = AF_INET};

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons((uint16_t)port);
    return address;
}

int probe_free_port(void)
{
    struct sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int port = 0;

    if (fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof address) == 0 &&
        getsockname(fd, (struct sockaddr *)&address, &size) == 0) {
        port = ntohs(address.sin_port);
    }
    if (fd >= 0) {
        close(fd);
    }
    return port;
}

/* In a process group of its own: Ctrl-C is the tool's, which ends the server when it has let the
 * target run. It ends with the tool, also where that is killed. */
static _Noreturn void become(const struct probe_words *words, int log, pid_t parent)
{
    int in = open("/dev/null", O_RDONLY);

    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() == parent && in >= 0 && dup2(in, STDIN_FILENO) >= 0 &&
        dup2(log, STDOUT_FILENO) >= 0 && dup2(log, STDERR_FILENO) >= 0) {
        signal(SIGPIPE, SIG_DFL);
        execvp(words->word[0], (char *const *)(uintptr_t)words->word);
    }
    _exit(NOT_FOUND);
}

/* Connects, if somebody listens there; else -1. The first connection is the one that is used: some
 * servers take no second one. */
static int try_connect(int port)
{
    struct sockaddr_in address = loopback(port);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) != 0) {
        close(fd);
        fd = -1;
    }
    return fd;
}

/* Waits until the program has ended; false: it has not, in that time. */
static bool await_end(struct probe_server *server, uint32_t patience_ms)
{
    const uint32_t start = clock_ms();

    while (server->pid > 0) {
        pid_t ended = waitpid(server->pid, NULL, WNOHANG);

        if (ended == server->pid || (ended < 0 && errno == ECHILD)) {
            server->pid = 0;
        } else if (clock_ms() - start >= patience_ms) {
            return false;
        } else {
            clock_sleep_ms(LOOK_MS);
        }
    }
    return true;
}

void probe_server_stop(struct probe_server *server, bool by_itself)
{
    if (server->pid > 0 && !(by_itself && await_end(server, LEAVE_MS))) {
        kill(server->pid, SIGTERM);
        if (!await_end(server, TERM_MS)) {
            kill(server->pid, SIGKILL);
            (void)await_end(server, TERM_MS);
        }
    }
    if (server->log != NULL) {
        fclose(server->log);
    }
    *server = (struct probe_server){.pid = 0};
}

/* Where the last lines of a text begin. */
static const char *tail_of(const char *text, size_t length)
{
    size_t at = length;
    int lines = 0;

    while (at > 0 && (lines += text[at - 1] == '\n' && at != length ? 1 : 0) < TAIL_LINES) {
        at--;
    }
    return text + at;
}

void probe_server_show(const struct cli *cli, const struct probe_server *server)
{
    char text[TAIL_BYTES + 1];
    char clean[4 * TAIL_BYTES];
    char *rest = NULL;
    long end = 0;
    size_t length;

    if (server->log == NULL || fseek(server->log, 0, SEEK_END) != 0 ||
        (end = ftell(server->log)) < 0 ||
        fseek(server->log, end > TAIL_BYTES ? end - TAIL_BYTES : 0, SEEK_SET) != 0) {
        return;
    }
    length = fread(text, 1, TAIL_BYTES, server->log);
    text[length] = '\0';
    for (char *line = strtok_r((char *)(uintptr_t)tail_of(text, strlen(text)), "\r\n", &rest);
         line != NULL; line = strtok_r(NULL, "\r\n", &rest)) {
        cli_note(cli, "| %s", cli_clean(line, strlen(line), clean, sizeof clean));
    }
}

static int start_failed(struct cli *cli, const char *name, struct probe_server *server, int status)
{
    const bool absent = WIFEXITED(status) && WEXITSTATUS(status) == NOT_FOUND;

    probe_server_show(cli, server);
    probe_server_stop(server, false);
    return absent
               ? cli_fail(cli, EXIT_DEVICE,
                          "install it, or name the program: loader-cli config lists the settings",
                          "'%s' cannot be run", name)
               : cli_fail(cli, EXIT_DEVICE,
                          "is the probe plugged in, the target powered, and the configuration "
                          "the right one? What the server said is above",
                          "%s has ended before it listened", name);
}

int probe_server_start(struct cli *cli, const struct probe_words *words, int port,
                       struct probe_server *server, int *fd)
{
    const pid_t parent = getpid();
    const char *name = words->word[0];
    uint32_t start;

    *server = (struct probe_server){.log = tmpfile()};
    server->pid = server->log != NULL ? fork() : -1;
    if (server->pid == 0) {
        become(words, fileno(server->log), parent);
    }
    if (server->pid < 0) {
        server->pid = 0;
        probe_server_stop(server, false);
        return cli_fail(cli, EXIT_FAILED, NULL, "'%s' cannot be started: %s", name,
                        reason(errno).text);
    }
    for (start = clock_ms(); clock_ms() - start < START_MS; clock_sleep_ms(LOOK_MS)) {
        int status;

        if (waitpid(server->pid, &status, WNOHANG) == server->pid) {
            server->pid = 0;
            return start_failed(cli, name, server, status);
        }
        if (interrupted() || cli_cancelled(cli)) {
            probe_server_stop(server, false);
            return cli_fail(cli, EXIT_INTERRUPTED, NULL, "%s: interrupted", name);
        }
        *fd = try_connect(port);
        if (*fd >= 0) {
            return EXIT_DONE;
        }
    }
    probe_server_show(cli, server);
    probe_server_stop(server, false);
    return cli_fail(cli, EXIT_DEVICE, "what it said last is above",
                    "%s does not listen, %d s after it was started", name, START_MS / 1000);
}
