// SPDX-License-Identifier: Apache-2.0
/* gdb:, openocd:, pyocd:, jlink: and bmp:, a debug probe's server. */
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
#include "probe_server.h"

enum { WRITE_MS = 2000, DRAIN_MS = 3000 };

typedef int words_of(struct cli *cli, const char *what, const struct board *board, int port,
                     struct probe_words *words);

/* A kind of probe: its prefix, and how its server is reached. */
struct kind {
    const char *prefix; /* of the selector */
    const struct gdb_dialect *dialect;
    words_of *words; /* of the program that is started; NULL: none is */
    bool serial;     /* the address is a serial port */
    const char *hint;
};

static const struct kind kinds[] = {
    {"gdb:", &gdb_dialect_plain, NULL, false,
     "is it the port of the probe's GDB server (OpenOCD 3333, pyOCD 3333, J-Link 2331), and is the "
     "target powered?"},
    {"openocd:", &gdb_dialect_openocd, probe_words_openocd, false,
     "is the configuration that of this chip, and is it powered?"},
    {"pyocd:", &gdb_dialect_pyocd, probe_words_pyocd, false,
     "is the target the right one, and is it powered?"},
    {"jlink:", &gdb_dialect_jlink, probe_words_jlink, false,
     "is the device the right one, and is it powered?"},
    {"bmp:", &gdb_dialect_bmp, NULL, true,
     "is it the probe's first port, and is the target powered?"},
};

/* A connection: a line of its own, which lives as long as the memory. */
struct server {
    struct cli *cli;
    const struct kind *kind;
    struct line line;
    struct probe_server program;
    int port;          /* of the program's */
    char address[256]; /* what is behind the prefix */
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

/* A server that somebody else has started: what is told of it has the name that was typed. */
static int connect_started(struct server *server)
{
    struct cli *cli = server->cli;
    const uint32_t held = cli_hold(cli, 1u << EXIT_USAGE | 1u << EXIT_DEVICE);
    int code = connect_tcp(cli, server->address, &server->line);

    cli->held = held;
    if (code == EXIT_USAGE) {
        return cli_fail(cli, code, "-d gdb:127.0.0.1:3333", "'gdb:%s' is not gdb:HOST:PORT",
                        server->address);
    }
    if (code == EXIT_DEVICE) {
        return cli_fail(cli, code,
                        "start the probe's server first, or have it started: -d openocd:, pyocd: "
                        "or jlink:",
                        "no server of a debug probe answers at gdb:%s", server->address);
    }
    return code;
}

static int server_connect(struct server *server)
{
    const int at_once = 1; /* a question is short, and nothing follows before its answer */
    char loopback[32];
    int code;

    if (server->kind->serial) {
        code = connect_serial(server->cli, server->address, &server->line);
    } else if (server->kind->words != NULL) {
        snprintf(loopback, sizeof loopback, "127.0.0.1:%d", server->port);
        code = connect_tcp(server->cli, loopback, &server->line);
    } else {
        code = connect_started(server);
    }
    if (code == EXIT_DONE) {
        (void)setsockopt(server->line.fd, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
        fcntl(server->line.fd, F_SETFL, fcntl(server->line.fd, F_GETFL) | O_NONBLOCK);
    }
    return code;
}

/* What was sent last is done before its program is ended: it closes the connection behind it. */
static void drain(const struct server *server)
{
    const uint32_t start = clock_ms();
    uint8_t data[512];
    ssize_t count = 1;

    (void)shutdown(server->line.fd, SHUT_WR);
    while (clock_ms() - start < DRAIN_MS && (count > 0 || (count < 0 && errno == EAGAIN))) {
        struct pollfd ready = {.fd = server->line.fd, .events = POLLIN};

        (void)poll(&ready, 1, WRITE_MS);
        count = read(server->line.fd, data, sizeof data);
    }
}

static void server_disconnect(struct server *server)
{
    if (server->program.pid > 0 && server->line.fd >= 0) {
        drain(server);
    }
    line_close(&server->line);
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
    struct server *server = context;

    server_disconnect(server);
    probe_server_stop(&server->program, server->kind->dialect->ends_itself);
    free(server);
}

static void server_failed(void *context)
{
    const struct server *server = context;

    probe_server_show(server->cli, &server->program);
}

/* Starts the program, and connects to it. */
static int server_start(struct server *server, const struct board *board)
{
    struct probe_words words;
    int code;

    server->port = probe_free_port();
    if (server->port == 0) {
        return cli_fail(server->cli, EXIT_FAILED, NULL, "there is no free port on 127.0.0.1");
    }
    code = server->kind->words(server->cli, server->address, board, server->port, &words);
    if (code == EXIT_DONE) {
        code = probe_server_start(server->cli, &words, server->port, &server->program,
                                  &server->line.fd);
    }
    if (code == EXIT_DONE) {
        fcntl(server->line.fd, F_SETFL, fcntl(server->line.fd, F_GETFL) | O_NONBLOCK);
    }
    return code;
}

/* The program's own words say more than an answer that did not come. */
static int greet_failed(struct server *server, int error, const char *said)
{
    struct cli *cli = server->cli;
    const char *text = link_error_text(error);
    char clean[600];

    if (error == LINK_E_INTERRUPTED) {
        return cli_fail(cli, EXIT_INTERRUPTED, NULL, "%s%s: interrupted", server->kind->prefix,
                        server->address);
    }
    probe_server_show(cli, &server->program);
    return cli_fail(cli, error == LINK_E_IO ? EXIT_LOST : EXIT_DEVICE, server->kind->hint,
                    "%s%s does not talk as a GDB server: %s%s%s", server->kind->prefix,
                    server->address, text != NULL ? text : "odd answer",
                    said[0] != '\0' ? ": " : "",
                    cli_clean(said, strlen(said), clean, sizeof clean));
}

/* What is set, as for other devices; what is wrong with it is said later. */
static uint32_t patience(struct cli *cli)
{
    unsigned long value = strtoul(cli_setting(cli, "patience_ms"), NULL, 10);

    return value >= 50 && value <= 60000 ? (uint32_t)value : (uint32_t)GDB_PATIENCE_MS;
}

static const struct kind *kind_of(const char *selector)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (strncmp(selector, kinds[i].prefix, strlen(kinds[i].prefix)) == 0) {
            return &kinds[i];
        }
    }
    return NULL;
}

bool connect_is_probe(const char *selector)
{
    return kind_of(selector) != NULL;
}

/* The board: as --board has it, else the one that openocd:BOARD names. */
static int find_board(struct cli *cli, const struct kind *kind, const char *address,
                      struct board *board)
{
    const char *name = cli->board;
    char names[BOARD_NAMES_SIZE];

    for (size_t i = 0; name == NULL && kind->words == probe_words_openocd && boards[i] != NULL;
         i++) {
        name = strcmp(boards[i]->name, address) == 0 ? boards[i]->name : NULL;
    }
    return name != NULL ? board_find(cli, name, board)
                        : cli_fail(cli, EXIT_USAGE, "name it: --board NAME, or --board FILE.json",
                                   "%s%s needs to know the board: one of %s, or a description",
                                   kind->prefix, address, board_names(names, sizeof names));
}

/* Greets it. The server is taken over. */
static int open_memory(struct server *server, const struct board *board, struct line *line)
{
    struct cli *cli = server->cli;
    const struct gdb_connection connection = {
        .line = {server_read, server_write, server_now, server},
        .dialect = server->kind->dialect,
        .reconnect = server_reconnect,
        .close = server_close,
        .failed = server_failed,
        .context = server,
    };
    struct memory memory;
    char said[GDB_SAID_MAX];
    bool changeable;
    int error =
        gdb_memory_open(&connection, board, patience(server->cli), &memory, &changeable, said);

    if (error != 0) {
        error = greet_failed(server, error, said);
        server_close(server);
        return error;
    }
    if (!changeable) {
        cli_note(cli, "note: the probe's server does not program all of this flash: it can be "
                      "read, not changed");
    }
    line->offline = offline_open(board, &memory);
    return line->offline != NULL ? EXIT_DONE : cli_fail(cli, EXIT_MEMORY, NULL, "out of memory");
}

int connect_probe(struct cli *cli, const char *selector, struct line *line)
{
    const struct kind *kind = kind_of(selector);
    const char *address = selector + strlen(kind->prefix);
    struct server *server;
    struct board board;
    int code = find_board(cli, kind, address, &board);

    server = code == EXIT_DONE ? calloc(1, sizeof *server) : NULL;
    if (server == NULL) {
        return code != EXIT_DONE ? code : cli_fail(cli, EXIT_MEMORY, NULL, "out of memory");
    }
    server->cli = cli;
    server->kind = kind;
    server->line = (struct line){.fd = -1, .lock_fd = -1, .listen_fd = -1, .borrower_fd = -1};
    snprintf(server->address, sizeof server->address, "%s", address);
    code = kind->words != NULL ? server_start(server, &board) : server_connect(server);
    if (code != EXIT_DONE) {
        server_close(server);
        return code;
    }
    return open_memory(server, &board, line);
}
