// SPDX-License-Identifier: Apache-2.0
/*
 * A probe's GDB server as a program of its own, which the tool starts and ends. POSIX; one thread.
 */
#ifndef POSIX_PROBE_SERVER_H
#define POSIX_PROBE_SERVER_H

#include <stdio.h>
#include <sys/types.h>

#include "../offline/board.h"
#include "../report/report.h"

enum { PROBE_WORDS_MAX = 40, PROBE_TEXT_MAX = 2048 };

/** A program that runs. */
struct probe_server {
    pid_t pid; /* 0: none */
    FILE *log; /* what it prints; no other program can open it */
};

/** A command line; its words lie in `text`. */
struct probe_words {
    const char *word[PROBE_WORDS_MAX + 1]; /* ends with NULL */
    size_t count;
    char text[PROBE_TEXT_MAX];
    size_t used;
    bool full; /* something did not fit */
};

/**
 * A port on the loopback interface that nobody listens on now; another program may take it before
 * the server does, which then says so and ends.
 * @return 0: there is none
 */
int probe_free_port(void);

/**
 * The command line of OpenOCD, pyOCD or the J-Link GDB server.
 * @param what   behind the selector's prefix; docs/probes.md
 * @param board  with what it says of probes
 * @param port   where the server has to listen, on the loopback interface
 * @return an exit code; reported
 */
int probe_words_openocd(struct cli *cli, const char *what, const struct board *board, int port,
                        struct probe_words *words);
int probe_words_pyocd(struct cli *cli, const char *what, const struct board *board, int port,
                      struct probe_words *words);
int probe_words_jlink(struct cli *cli, const char *what, const struct board *board, int port,
                      struct probe_words *words);

/**
 * Starts a server, and tries to connect to it for as long as it lives, at most half a minute.
 * @param fd  receives the connection, to be closed by the caller
 * @return EXIT_DONE; else reported, with the last lines that it said, and nothing runs any more
 */
int probe_server_start(struct cli *cli, const struct probe_words *words, int port,
                       struct probe_server *server, int *fd);
/** Prints the last lines that the server said, on standard error: nothing with --quiet. */
void probe_server_show(const struct cli *cli, const struct probe_server *server);
/**
 * Ends it: asks it to, and makes it when it does not.
 * @param by_itself  it exits when its client has gone, and is given time for that first
 */
void probe_server_stop(struct probe_server *server, bool by_itself);

#endif
