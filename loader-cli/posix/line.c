// SPDX-License-Identifier: Apache-2.0
#include "line.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <base/crc32.h>
#include <libserialport.h>
#include <link/error.h>

#include "connect.h"
#include "reason.h"

enum { LENDING_WAIT_MS = 10, HOLDER_WAIT_MS = 10, HOLDER_TRIES = 20 };

uint32_t clock_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint32_t)((uint64_t)now.tv_sec * 1000u + (uint64_t)now.tv_nsec / 1000000u);
}

void clock_sleep_ms(uint32_t ms)
{
    struct timespec wait = {(time_t)(ms / 1000), (long)(ms % 1000) * 1000000L};

    nanosleep(&wait, NULL);
}

/* Whether it is a folder of this user's, in which no other user can put anything. */
static bool is_own(const char *path)
{
    struct stat found;

    return lstat(path, &found) == 0 && S_ISDIR(found.st_mode) && found.st_uid == geteuid() &&
           (found.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

bool run_folder(char *folder, size_t size)
{
    const char *base = getenv("XDG_RUNTIME_DIR");

    /* Below sudo it may be another user's. */
    if (base != NULL && strlen(base) < 64 && is_own(base) && access(base, W_OK) == 0) {
        snprintf(folder, size, "%s/gantry", base);
    } else {
        snprintf(folder, size, "/tmp/gantry-%ld", (long)geteuid());
    }
    return (mkdir(folder, 0700) == 0 || errno == EEXIST) && is_own(folder);
}

/* Who holds the lock; 0 when it cannot be read: whoever takes a lock writes that a moment later. */
static long lock_holder(int fd)
{
    char text[32] = "";
    ssize_t length = pread(fd, text, sizeof text - 1, 0);

    for (int i = 0; length == 0 && i < HOLDER_TRIES; i++) {
        clock_sleep_ms(HOLDER_WAIT_MS);
        length = pread(fd, text, sizeof text - 1, 0);
    }
    return length > 0 ? strtol(text, NULL, 10) : 0;
}

static void write_holder(int fd)
{
    char text[32];
    int length = snprintf(text, sizeof text, "%ld\n", (long)getpid());

    if (ftruncate(fd, 0) != 0 || pwrite(fd, text, (size_t)length, 0) != length) {
        /* The lock holds all the same; only its holder's number is not known to others. */
        return;
    }
}

static void lend_path(const struct line *line, char *path, size_t size)
{
    snprintf(path, size, "%s.sock", line->lock_path);
}

/* The lock is held: asks the holder for the line. */
static int borrow(struct cli *cli, struct line *line, int lock_fd)
{
    char path[600];
    long holder = lock_holder(lock_fd);

    close(lock_fd);
    lend_path(line, path, sizeof path);
    line->fd = connect_unix(path);
    if (line->fd < 0 && holder == 0) {
        return cli_fail(cli, EXIT_DEVICE, "wait for it, or end it",
                        "the line to %s is in use by another program", line->name);
    }
    if (line->fd < 0) {
        return cli_fail(cli, EXIT_DEVICE, "wait for it, or end it",
                        "the line to %s is in use by process %ld", line->name, holder);
    }
    line->borrowed = true;
    return EXIT_DONE;
}

int line_open(struct cli *cli, const char *selector, struct line *line)
{
    char identity[400];
    char folder[128];
    int lock_fd;

    connect_identity(selector, identity, sizeof identity);
    *line = (struct line){.fd = -1, .lock_fd = -1, .listen_fd = -1, .borrower_fd = -1};
    snprintf(line->name, sizeof line->name, "%s", selector);
    if (!run_folder(folder, sizeof folder)) {
        return cli_fail(cli, EXIT_PERMISSION,
                        "remove it, or set XDG_RUNTIME_DIR to a folder that is yours alone",
                        "'%s', where locks are kept, is not yours alone", folder);
    }
    snprintf(line->lock_path, sizeof line->lock_path, "%s/line-%08x", folder,
             crc32_posix(identity, strlen(identity)));
    lock_fd = open(line->lock_path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (lock_fd < 0) {
        return cli_fail(cli, EXIT_PERMISSION, NULL, "cannot make the lock file '%s': %s",
                        line->lock_path, reason(errno).text);
    }
    if (flock(lock_fd, LOCK_EX | LOCK_NB) != 0) {
        return borrow(cli, line, lock_fd);
    }
    write_holder(lock_fd);
    line->lock_fd = lock_fd;
    return connect_selector(cli, selector, line);
}

bool line_is_open(const struct line *line)
{
    return line->fd >= 0 || line->usb != NULL || line->offline != NULL;
}

/* Lets go of the connection alone. */
static void disconnect(struct line *line)
{
    if (line->port != NULL) {
        (void)line_set_rate(line, 0); /* for whoever opens it next without saying */
        sp_close(line->port);
        sp_free_port(line->port);
    } else if (line->fd >= 0) {
        close(line->fd);
    }
    usb_close(line->usb);
    offline_close(line->offline);
    line->port = NULL;
    line->fd = -1;
    line->usb = NULL;
    line->offline = NULL;
}

bool line_reopen(struct cli *cli, struct line *line)
{
    uint32_t held;
    int code;

    if (line->borrowed) {
        return false;
    }
    disconnect(line);
    held = cli_hold(cli, UINT32_MAX);
    code = connect_again(cli, line);
    cli->held = held;
    if (code != EXIT_DONE) {
        disconnect(line); /* it may have got half way */
    }
    return code == EXIT_DONE;
}

bool line_comes_back(const struct line *line)
{
    return !line->borrowed && line->twin.vendor != 0;
}

bool line_may_raise(const struct line *line)
{
    return line->port != NULL && !line->rate_fixed && !line->borrowed;
}

bool line_set_rate(struct line *line, uint32_t rate)
{
    uint32_t wanted = rate != 0 ? rate : line->rate;

    if (line->port == NULL || (rate == 0 && !line->raised)) {
        return true;
    }
    line->raised = wanted != line->rate;
    return sp_set_baudrate(line->port, (int)wanted) == SP_OK;
}

void line_lend(struct line *line)
{
    char path[600];
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    lend_path(line, path, sizeof path);
    if (line->borrowed || strlen(path) >= sizeof address.sun_path) {
        return;
    }
    memcpy(address.sun_path, path, strlen(path) + 1);
    unlink(path);
    line->listen_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (line->listen_fd >= 0 &&
        (bind(line->listen_fd, (struct sockaddr *)&address, sizeof address) != 0 ||
         listen(line->listen_fd, 1) != 0)) {
        close(line->listen_fd);
        line->listen_fd = -1;
    }
}

void line_close(struct line *line)
{
    char path[600];

    if (line->listen_fd >= 0) {
        lend_path(line, path, sizeof path);
        unlink(path);
        close(line->listen_fd);
    }
    if (line->borrower_fd >= 0) {
        close(line->borrower_fd);
    }
    disconnect(line);
    if (line->lock_fd >= 0) {
        close(line->lock_fd);
    }
    *line = (struct line){.fd = -1, .lock_fd = -1, .listen_fd = -1, .borrower_fd = -1};
}

long line_send(int fd, const uint8_t *data, size_t length)
{
    ssize_t count = send(fd, data, length, MSG_NOSIGNAL);

    return count < 0 && errno == ENOTSOCK ? write(fd, data, length) : count;
}

static bool write_all(int fd, const uint8_t *data, size_t length)
{
    while (length > 0) {
        ssize_t count = line_send(fd, data, length);

        if (count < 0 && (errno == EAGAIN || errno == EINTR)) {
            struct pollfd ready = {.fd = fd, .events = POLLOUT};

            if (interrupted() || poll(&ready, 1, 2000) == 0) {
                return false;
            }
            continue;
        }
        if (count < 0) {
            return false;
        }
        data += count;
        length -= (size_t)count;
    }
    return true;
}

static bool send_all(struct line *line, const uint8_t *data, size_t length)
{
    return line->usb != NULL ? usb_write(line->usb, data, length)
                             : write_all(line->fd, data, length);
}

/* What a borrower sends goes to the line. */
static void serve_borrower(struct line *line)
{
    uint8_t data[2048];
    ssize_t count = read(line->borrower_fd, data, sizeof data);

    if (count <= 0 || !send_all(line, data, (size_t)count)) {
        close(line->borrower_fd);
        line->borrower_fd = -1;
    }
}

/* A line with a file descriptor: what there is, after poll() has said that there is something. */
static int receive_file(int fd, uint8_t *data, size_t capacity)
{
    ssize_t count = read(fd, data, capacity);

    if (count <= 0) {
        return count < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : LINK_E_IO;
    }
    return (int)count;
}

/* A USB interface: waits for it, but not so long that a borrower would notice. */
static int receive_usb(struct line *line, uint8_t *data, size_t capacity, uint32_t timeout_ms)
{
    bool lends = line->listen_fd >= 0 || line->borrower_fd >= 0;
    int count =
        usb_read(line->usb, data, capacity,
                 lends && timeout_ms > LENDING_WAIT_MS ? (uint32_t)LENDING_WAIT_MS : timeout_ms);

    return count < 0 ? LINK_E_IO : count;
}

/* What the flash alone has to say is there at once, or will not come. */
static int receive_offline(struct line *line, uint8_t *data, size_t capacity, uint32_t timeout_ms)
{
    int count = offline_receive(line->offline, data, capacity);

    if (count == 0) {
        clock_sleep_ms(timeout_ms);
    }
    return count;
}

int line_read(struct line *line, uint8_t *data, size_t capacity, uint32_t timeout_ms)
{
    struct pollfd watched[3] = {
        {.fd = line->fd, .events = POLLIN},
        {.fd = line->borrower_fd < 0 ? line->listen_fd : -1, .events = POLLIN},
        {.fd = line->borrower_fd, .events = POLLIN},
    };
    int count = 0;

    if (interrupted()) {
        return LINK_E_INTERRUPTED;
    }
    if (!line_is_open(line)) {
        return LINK_E_IO;
    }
    if (line->offline != NULL) {
        return receive_offline(line, data, capacity, timeout_ms);
    }
    if (poll(watched, 3, line->usb != NULL ? 0 : (int)timeout_ms) < 0) {
        return interrupted() ? LINK_E_INTERRUPTED : 0;
    }
    if (watched[1].revents != 0) {
        line->borrower_fd = accept4(line->listen_fd, NULL, NULL, SOCK_CLOEXEC);
    }
    if (watched[2].revents != 0) {
        serve_borrower(line);
    }
    if (line->usb != NULL) {
        count = receive_usb(line, data, capacity, timeout_ms);
    } else if (watched[0].revents != 0) {
        count = receive_file(line->fd, data, capacity);
    }
    if (count > 0 && line->borrower_fd >= 0 && !write_all(line->borrower_fd, data, (size_t)count)) {
        close(line->borrower_fd);
        line->borrower_fd = -1;
    }
    return count;
}

int line_write(struct line *line, const uint8_t *data, size_t length)
{
    if (interrupted()) {
        return LINK_E_INTERRUPTED;
    }
    if (line->offline != NULL) {
        return offline_send(line->offline, data, length);
    }
    if (line_is_open(line) && send_all(line, data, length)) {
        return 0;
    }
    return interrupted() ? LINK_E_INTERRUPTED : LINK_E_IO;
}
