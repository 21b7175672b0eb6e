// SPDX-License-Identifier: Apache-2.0
/* gdb:HOST:PORT, a debug probe's server. */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../offline/gdb_memory.h"
#include "connect.h"

enum { WRITE_MS = 2000 };

/* A connection: a line of its own, which lives as long as the memory. */
struct server {
    struct cli *cli;
    struct line line;
    char address[256];
};

static int server_read(void *context, uint8_t *data, size_t capacity, uint32_t timeout_ms)
{
    struct server *server = context;

    return line_read(&server->line, data, capacity, timeout_ms);
}

/* Also after Ctrl-C, which the reads notice: the target must not be left halted. */
static int server_write(void *context, const uint8_t *data, size_t length)
{
    const struct server *server = context;

    while (length > 0) {
        ssize_t count = line_send(server->line.fd, data, length);
        struct pollfd ready = {.fd = server->line.fd, .events = POLLOUT};

        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0 && (errno != EAGAIN || poll(&ready, 1, WRITE_MS) == 0)) {
            return LINK_E_IO;
        }
        data += count > 0 ? count : 0;
        length -= count > 0 ? (size_t)count : 0;
    }
    return 0;
}

static uint32_t server_now(void *context)
{
    (void)context;
    return clock_ms();
}

static int server_connect(struct server *server)
{
    int code = connect_tcp(server->cli, server->address, &server->line);
    const int at_once = 1; /* a question is short, and nothing follows before its answer */

    if (code == EXIT_DONE) {
        (void)setsockopt(server->line.fd, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
        fcntl(server->line.fd, F_SETFL, fcntl(server->line.fd, F_GETFL) | O_NONBLOCK);
    }
    return code;
}

static void server_disconnect(struct server *server)
{
    if (server->line.fd >= 0) {
        close(server->line.fd);
    }
    server->line.fd = -1;
}

static bool server_reconnect(void *context)
{
    struct server *server = context;
    uint32_t held;
    int code;

    server_disconnect(server);
    held = cli_hold(server->cli, UINT32_MAX);
    code = server_connect(server);
    server->cli->held = held;
    return code == EXIT_DONE;
}

static void server_close(void *context)
{
    server_disconnect(context);
    free(context);
}

static int greet_failed(struct cli *cli, const char *address, int error)
{
    const char *text = link_error_text(error);

    if (error == LINK_E_INTERRUPTED) {
        return cli_fail(cli, EXIT_INTERRUPTED, NULL, "gdb:%s: interrupted", address);
    }
    return cli_fail(cli, error == LINK_E_IO ? EXIT_LOST : EXIT_DEVICE,
                    "is it the port of the probe's GDB server (OpenOCD 3333, pyOCD 3333, J-Link "
                    "2331), and is the target powered?",
                    "gdb:%s does not talk as a GDB server: %s", address,
                    text != NULL ? text : "odd answer");
}

/* What is set, as for other devices; what is wrong with it is said later. */
static uint32_t patience(struct cli *cli)
{
    unsigned long value = strtoul(cli_setting(cli, "patience_ms"), NULL, 10);

    return value >= 50 && value <= 60000 ? (uint32_t)value : (uint32_t)GDB_PATIENCE_MS;
}

int connect_gdb(struct cli *cli, const char *address, struct line *line)
{
    struct gdb_connection connection = {.reconnect = server_reconnect, .close = server_close};
    struct server *server;
    struct memory memory;
    struct board board;
    bool changeable;
    int code;
    int error;

    if (cli->board == NULL) {
        return cli_fail(cli, EXIT_USAGE, "name it: --board NAME, or --board FILE.json",
                        "gdb:%s needs to know the board: one of %s, or a description", address,
                        board_names());
    }
    code = board_find(cli, cli->board, &board);
    server = code == EXIT_DONE ? calloc(1, sizeof *server) : NULL;
    if (server == NULL) {
        return code != EXIT_DONE ? code : cli_fail(cli, EXIT_MEMORY, NULL, "out of memory");
    }
    server->cli = cli;
    server->line = (struct line){.fd = -1, .lock_fd = -1, .listen_fd = -1, .borrower_fd = -1};
    snprintf(server->address, sizeof server->address, "%s", address);
    code = server_connect(server);
    if (code != EXIT_DONE) {
        server_close(server);
        return code;
    }
    connection.line = (struct link_transport){server_read, server_write, server_now, server};
    connection.context = server;
    error = gdb_memory_open(&connection, &board, patience(cli), &memory, &changeable);
    if (error != 0) {
        return greet_failed(cli, address, error);
    }
    if (!changeable) {
        cli_note(cli, "note: the probe's server does not program all of this flash: it can be "
                      "read, not changed");
    }
    line->offline = offline_open(&board, &memory);
    return line->offline != NULL ? EXIT_DONE : cli_fail(cli, EXIT_MEMORY, NULL, "out of memory");
}
