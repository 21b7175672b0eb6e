// SPDX-License-Identifier: Apache-2.0
/* The external signing command: digest on its standard input, signature on its standard output. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../package/package.h"

enum { ANSWER_MAX = 80 };

static _Noreturn void child(const char *command, int in, int out)
{
    if (dup2(in, STDIN_FILENO) >= 0 && dup2(out, STDOUT_FILENO) >= 0) {
        execl("/bin/sh", "sh", "-c", command, (char *)NULL);
    }
    _exit(127);
}

static size_t exchange(int to, int from, const uint8_t digest[32], uint8_t *answer)
{
    size_t used = 0;
    ssize_t got;
    /* A command that does not read its input ends the pipe early: its answer decides all the same.
     */
    ssize_t ignored = write(to, digest, 32);

    (void)ignored;
    close(to);
    while (used < ANSWER_MAX && (got = read(from, answer + used, ANSWER_MAX - used)) != 0) {
        if (got < 0 && errno != EINTR) {
            break;
        }
        used += got > 0 ? (size_t)got : 0;
    }
    close(from);
    return used;
}

/* How the command ended, when it did not end well. */
static int failed(struct cli *cli, int status)
{
    static const char hint[] = "run it by hand with a 32-byte file as input";

    if (status != -1 && WIFSIGNALED(status)) {
        return cli_fail(cli, EXIT_FAILED, hint, "the signing command was ended by signal %d",
                        WTERMSIG(status));
    }
    if (status == -1 || !WIFEXITED(status)) {
        return cli_fail(cli, EXIT_FAILED, hint, "the signing command could not be run");
    }
    return cli_fail(cli, EXIT_FAILED, hint, "the signing command failed with the exit code %d",
                    WEXITSTATUS(status));
}

int sign_command_run(struct cli *cli, const char *command, const uint8_t digest[32],
                     uint8_t signature[64])
{
    uint8_t answer[ANSWER_MAX];
    int to[2];
    int from[2];
    int status = -1;
    size_t length;
    pid_t pid;

    if (pipe(to) != 0) {
        return cli_fail(cli, EXIT_FAILED, NULL, "no pipe: %s", strerror(errno));
    }
    if (pipe(from) != 0) {
        close(to[0]);
        close(to[1]);
        return cli_fail(cli, EXIT_FAILED, NULL, "no pipe: %s", strerror(errno));
    }
    signal(SIGPIPE, SIG_IGN);
    fflush(NULL);
    pid = fork();
    if (pid == 0) {
        close(to[1]);
        close(from[0]);
        child(command, to[0], from[1]);
    }
    close(to[0]);
    close(from[1]);
    length = pid > 0 ? exchange(to[1], from[0], digest, answer) : 0;
    if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0) {
        return failed(cli, status);
    }
    return signature_decode(answer, length, signature)
               ? EXIT_DONE
               : cli_fail(cli, EXIT_FAILED, "it must print 64 raw bytes or strict DER, no text",
                          "the signing command printed %zu bytes that are no signature", length);
}
