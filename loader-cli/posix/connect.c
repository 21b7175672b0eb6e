// SPDX-License-Identifier: Apache-2.0
#include "connect.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <libserialport.h>

#include "emulator.h"
#include "reason.h"

enum { DEFAULT_RATE = 115200, RATE_MAX = 12000000, PORT_MAX = 65535 };

int connect_unix(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd;

    if (strlen(path) >= sizeof address.sun_path) {
        return -1;
    }
    memcpy(address.sun_path, path, strlen(path) + 1);
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) != 0) {
        close(fd);
        fd = -1;
    }
    return fd;
}

/* A decimal number and nothing else, up to most; 0 when it is not one. */
static long number(const char *text, long most)
{
    char *end;
    long value = strtol(text, &end, 10);

    return text[0] >= '0' && text[0] <= '9' && *end == '\0' && value <= most ? value : 0;
}

int connect_tcp(struct cli *cli, const char *address, struct line *line)
{
    char host[128];
    const char *port = strrchr(address, ':');
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    struct addrinfo *list;
    int error;

    if (port == NULL || port == address || (size_t)(port - address) >= sizeof host ||
        number(port + 1, PORT_MAX) == 0) {
        return cli_fail(cli, EXIT_USAGE, "-d tcp:127.0.0.1:5000", "'tcp:%s' is not tcp:HOST:PORT",
                        address);
    }
    snprintf(host, sizeof host, "%.*s", (int)(port - address), address);
    error = getaddrinfo(host, port + 1, &hints, &list);
    if (error != 0) {
        return cli_fail(cli, EXIT_DEVICE, NULL, "'%s' cannot be found: %s", host,
                        gai_strerror(error));
    }
    for (const struct addrinfo *a = list; a != NULL && line->fd < 0; a = a->ai_next) {
        line->fd = socket(a->ai_family, a->ai_socktype | SOCK_CLOEXEC, a->ai_protocol);
        if (line->fd >= 0 && connect(line->fd, a->ai_addr, a->ai_addrlen) != 0) {
            close(line->fd);
            line->fd = -1;
        }
    }
    freeaddrinfo(list);
    return line->fd >= 0 ? EXIT_DONE
                         : cli_fail(cli, EXIT_DEVICE, NULL, "nobody answers at tcp:%s: %s", address,
                                    reason(errno).text);
}

static int serial_failed(struct cli *cli, const char *path, const char *what)
{
    int error = errno;

    if (access(path, F_OK) != 0) {
        return cli_fail(cli, EXIT_DEVICE, "loader-cli -d emu:mps2_an386 needs no hardware",
                        "there is no serial port '%s'", path);
    }
    if (error == EACCES || access(path, R_OK | W_OK) != 0) {
        return cli_fail(cli, EXIT_PERMISSION, "sudo usermod -aG dialout $USER, then log in again",
                        "no permission to open '%s'", path);
    }
    if (error == EBUSY) {
        return cli_fail(cli, EXIT_DEVICE, "end the other program, or wait for it",
                        "'%s' is in use by another program", path);
    }
    return cli_fail(cli, EXIT_DEVICE, NULL, "'%s' cannot be %s: %s", path, what,
                    reason(error).text);
}

/*
 * Splits PATH[:RATE]; a path may have colons of its own. False when the rate is none.
 * usual: the rate that is set, "" for none; fixed: the rate was asked for
 */
static bool split_rate(const char *address, const char *usual, char *path, size_t size, long *rate,
                       bool *fixed)
{
    const char *colon = strrchr(address, ':');

    *rate = usual[0] != '\0' ? number(usual, RATE_MAX) : DEFAULT_RATE;
    *fixed = usual[0] != '\0';
    snprintf(path, size, "%s", address);
    if (colon != NULL && access(path, F_OK) != 0) {
        *rate = number(colon + 1, RATE_MAX);
        *fixed = true;
        snprintf(path, size, "%.*s", (int)(colon - address), address);
    }
    return *rate > 0;
}

static bool set_line(struct sp_port *port, int rate)
{
    return sp_set_baudrate(port, rate) == SP_OK && sp_set_bits(port, 8) == SP_OK &&
           sp_set_parity(port, SP_PARITY_NONE) == SP_OK && sp_set_stopbits(port, 1) == SP_OK &&
           sp_set_flowcontrol(port, SP_FLOWCONTROL_NONE) == SP_OK;
}

/* A port on USB may have another name when its device comes back. */
static void remember_twin(struct line *line)
{
    const char *serial = sp_get_port_usb_serial(line->port);
    int vendor;
    int product;

    if (serial != NULL && strlen(serial) < sizeof line->twin.serial && serial[0] != '\0' &&
        sp_get_port_usb_vid_pid(line->port, &vendor, &product) == SP_OK) {
        line->twin = (struct usb_name){
            .vendor = (uint16_t)vendor, .product = (uint16_t)product, .any_product = true};
        memcpy(line->twin.serial, serial, strlen(serial) + 1);
    }
}

int connect_serial(struct cli *cli, const char *address, struct line *line)
{
    char path[256];
    char real[PATH_MAX]; /* libserialport knows a port by one name only */
    struct stat file;
    long rate;

    if (!split_rate(address, cli_setting(cli, "rate"), path, sizeof path, &rate,
                    &line->rate_fixed)) {
        return cli_fail(cli, EXIT_USAGE, "-d serial:/dev/ttyACM0:115200",
                        "'serial:%s' does not end in a line rate, or LOADER_RATE is none", address);
    }
    if (stat(path, &file) == 0 && !S_ISCHR(file.st_mode)) {
        return cli_fail(cli, EXIT_DEVICE, "loader-cli -d emu:mps2_an386 needs no hardware",
                        "'%s' cannot be used as a serial port", path);
    }
    if (sp_get_port_by_name(path, &line->port) != SP_OK &&
        (realpath(path, real) == NULL || sp_get_port_by_name(real, &line->port) != SP_OK)) {
        line->port = NULL;
        line->fd = connect_terminal(path, rate);
        return line->fd >= 0 ? EXIT_DONE : serial_failed(cli, path, "used as a serial port");
    }
    if (sp_open(line->port, SP_MODE_READ_WRITE) != SP_OK) {
        int code = serial_failed(cli, path, "opened");

        sp_free_port(line->port);
        line->port = NULL;
        return code;
    }
    remember_twin(line);
    line->rate = (uint32_t)rate;
    line->raised = false;
    if (!set_line(line->port, (int)rate) || sp_get_port_handle(line->port, &line->fd) != SP_OK) {
        return serial_failed(cli, path, "set to that line rate"); /* line_close() closes it */
    }
    return EXIT_DONE;
}

static int connect_emulator(struct cli *cli, const char *board, struct line *line)
{
    struct emulator emulator;
    int code = emulator_find(cli, board, &emulator);

    if (code != EXIT_DONE) {
        return code;
    }
    line->fd = connect_unix(emulator.serial_socket);
    return line->fd >= 0 ? EXIT_DONE
                         : cli_fail(cli, EXIT_DEVICE, "loader-cli emu start",
                                    "the emulated board '%s' is not running", board);
}

/* Names of this computer's own, which stand for the same port. */
static bool is_loopback(const char *address, const char *port)
{
    static const char *const names[] = {"localhost", "127.0.0.1", "::1", "[::1]"};
    const size_t length = (size_t)(port - address);

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strlen(names[i]) == length && strncmp(address, names[i], length) == 0) {
            return true;
        }
    }
    return false;
}

static void identify_tcp(const char *address, char *identity, size_t size)
{
    const char *port = strrchr(address, ':');

    if (port != NULL && is_loopback(address, port)) {
        snprintf(identity, size, "tcp:localhost%s", port);
    }
}

/* The board's folder: two of the same name in two folders are two. */
static void identify_emulator(const char *board, char *identity, size_t size)
{
    struct emulator emulator;

    if (emulator_locate(board, &emulator)) {
        snprintf(identity, size, "emu:%s", emulator.folder);
    }
}

void connect_identity(const char *selector, char *identity, size_t size)
{
    char path[256];
    struct stat port;
    long rate;
    bool fixed;

    snprintf(identity, size, "%s", selector);
    if (strncmp(selector, "usb:", 4) == 0) {
        connect_usb_identity(selector + 4, identity, size);
    } else if (strncmp(selector, "emu:", 4) == 0) {
        identify_emulator(selector + 4, identity, size);
    } else if (strncmp(selector, "tcp:", 4) == 0) {
        identify_tcp(selector + 4, identity, size);
    } else if (strncmp(selector, "file:", 5) == 0) {
        if (stat(selector + 5, &port) == 0) {
            snprintf(identity, size, "file:%llx:%llx", (unsigned long long)port.st_dev,
                     (unsigned long long)port.st_ino);
        }
    } else if (strncmp(selector, "serial:", 7) == 0) {
        (void)split_rate(selector + 7, "", path, sizeof path, &rate, &fixed);
        if (stat(path, &port) == 0 && S_ISCHR(port.st_mode)) {
            snprintf(identity, size, "serial:%llx", (unsigned long long)port.st_rdev);
        } else {
            snprintf(identity, size, "serial:%s", path);
        }
    }
}

static int without_waiting(const struct line *line)
{
    if (line->fd >= 0) {
        fcntl(line->fd, F_SETFL, fcntl(line->fd, F_GETFL) | O_NONBLOCK);
    }
    return EXIT_DONE;
}

int connect_selector(struct cli *cli, const char *selector, struct line *line)
{
    int code;

    if (strncmp(selector, "emu:", 4) == 0) {
        code = connect_emulator(cli, selector + 4, line);
    } else if (strncmp(selector, "tcp:", 4) == 0) {
        code = connect_tcp(cli, selector + 4, line);
    } else if (strncmp(selector, "serial:", 7) == 0) {
        code = connect_serial(cli, selector + 7, line);
    } else if (strncmp(selector, "usb:", 4) == 0) {
        code = connect_usb(cli, selector + 4, line);
    } else if (strncmp(selector, "file:", 5) == 0) {
        code = connect_file(cli, selector + 5, line);
    } else if (connect_is_probe(selector)) {
        code = connect_probe(cli, selector, line);
    } else {
        return cli_fail(
            cli, EXIT_USAGE,
            "emu:mps2_an386, usb:VID:PID, serial:/dev/ttyACM0, tcp:HOST:PORT, file:IMAGE, "
            "gdb:HOST:PORT, openocd:, pyocd:, jlink: and bmp:PORT are devices",
            "'%s' does not name a device", selector);
    }
    return code != EXIT_DONE ? code : without_waiting(line);
}

int connect_again(struct cli *cli, struct line *line)
{
    const bool is_serial = strncmp(line->name, "serial:", 7) == 0;
    char path[256];
    int code;

    if (line->twin.vendor == 0) {
        return connect_selector(cli, line->name, line);
    }
    if (!is_serial) {
        code = connect_usb_named(cli, &line->twin, line);
    } else if (connect_serial_port_of(&line->twin, path, sizeof path)) {
        code = connect_serial(cli, path, line);
    } else {
        code = cli_fail(cli, EXIT_DEVICE, NULL, "%s is not plugged in", line->name);
    }
    return code != EXIT_DONE ? code : without_waiting(line);
}
