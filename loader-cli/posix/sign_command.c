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

/* Reads one INTEGER of a DER signature into 32 big-endian bytes; strict: minimal, positive. */
static const uint8_t *der_integer(const uint8_t *p, const uint8_t *end, uint8_t out[32])
{
    size_t length;

    if (end - p < 2 || p[0] != 0x02 || p[1] == 0 || p[1] > 33 || p[1] > end - p - 2) {
        return NULL;
    }
    length = p[1];
    p += 2;
    if ((p[0] & 0x80) != 0 || (length > 1 && p[0] == 0 && (p[1] & 0x80) == 0)) {
        return NULL;
    }
    if (p[0] == 0 && length > 1) {
        p++;
        length--;
    }
    if (length > 32) {
        return NULL;
    }
    memset(out, 0, 32);
    memcpy(out + 32 - length, p, length);
    return p + length;
}

/* Takes a raw (64 bytes) or a strict DER signature. */
static bool decode(const uint8_t *answer, size_t length, uint8_t signature[64])
{
    const uint8_t *end = answer + length;
    const uint8_t *p;

    if (length == 64) {
        memcpy(signature, answer, 64);
        return true;
    }
    if (length < 8 || length > 72 || answer[0] != 0x30 || answer[1] != length - 2) {
        return false;
    }
    p = der_integer(answer + 2, end, signature);
    p = p != NULL ? der_integer(p, end, signature + 32) : NULL;
    return p == end;
}

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
        return cli_fail(cli, EXIT_FAILED, "run it by hand with a 32-byte file as input",
                        "the signing command failed (status %d)", status);
    }
    return decode(answer, length, signature)
               ? EXIT_DONE
               : cli_fail(cli, EXIT_FAILED, "it must print 64 raw bytes or strict DER, no text",
                          "the signing command printed %zu bytes that are no signature", length);
}
