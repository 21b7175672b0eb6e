// SPDX-License-Identifier: Apache-2.0
#include "device.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "composite.h"
#include "redir_device.h"

enum {
    TICK_MS = 5,
    AWAY_MS = 300,
    LINGER_MS = 30 /* for what the host has not fetched yet */
};

static struct {
    struct device_plan *plan;
    struct redir_device *redir;
    uint16_t port;
    int link; /* to the model device; -1: unplugged */
    bool leaving;
    struct timespec since; /* when it left the bus, or wanted to */
    uint8_t unsent[512];   /* from the model device */
    size_t unsent_length;
} d;

static long since_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (now.tv_sec - d.since.tv_sec) * 1000 + (now.tv_nsec - d.since.tv_nsec) / 1000000;
}

static int connect_model(void)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}, .sin_port = htons(d.port)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) != 0) {
        perror("model device");
        _exit(EXIT_FAILURE);
    }
    fcntl(fd, F_SETFL, O_NONBLOCK);
    return fd;
}

static void plug(void)
{
    d.link = connect_model();
    d.unsent_length = 0;
    d.leaving = false;
    composite_start(d.plan);
    redir_device_cable(d.redir, true);
}

static void unplug(void)
{
    close(d.link);
    d.link = -1;
    redir_device_cable(d.redir, false);
    clock_gettime(CLOCK_MONOTONIC, &d.since);
}

/* Does what the plan says: the cable, and a restart. */
static void follow_plan(void)
{
    if (d.link >= 0 && (d.plan->unplugged || (d.leaving && since_ms() >= LINGER_MS))) {
        unplug();
    } else if (d.link < 0 && !d.plan->unplugged && since_ms() >= AWAY_MS) {
        plug();
    }
}

static void carry_to_model(void)
{
    uint8_t data[64];
    size_t count;

    while ((count = composite_read(data, sizeof data)) > 0) {
        if (send(d.link, data, count, MSG_NOSIGNAL) != (ssize_t)count) {
            break;
        }
        composite_step();
    }
}

/* When the model device has closed its end, the device restarts. */
static void carry_from_model(void)
{
    size_t count;

    if (d.unsent_length == 0 && !d.leaving) {
        ssize_t got = read(d.link, d.unsent, sizeof d.unsent);

        if (got == 0 || (got < 0 && errno != EAGAIN)) {
            d.leaving = true;
            clock_gettime(CLOCK_MONOTONIC, &d.since);
        }
        d.unsent_length = got > 0 ? (size_t)got : 0;
    }
    count = d.unsent_length > 0 ? composite_write(d.unsent, d.unsent_length) : 0;
    memmove(d.unsent, d.unsent + count, d.unsent_length - count);
    d.unsent_length -= count;
}

static void serve(void)
{
    struct pollfd polls[1 + REDIR_DEVICE_POLLS] = {
        {d.unsent_length == 0 && !d.leaving ? d.link : -1, POLLIN, 0}};

    redir_device_poll(d.redir, polls + 1);
    (void)poll(polls, 1 + REDIR_DEVICE_POLLS, TICK_MS);
    redir_device_serve(d.redir, polls + 1);
    follow_plan();
    if (d.link < 0) {
        return;
    }
    /* Packet by packet in turn, until neither side has anything left to do. */
    while (composite_step()) {
        carry_to_model();
        carry_from_model();
        redir_device_work(d.redir);
    }
    carry_to_model();
    carry_from_model();
    redir_device_work(d.redir);
}

static _Noreturn void run(struct device_plan *plan, const char *path, uint16_t port, int ready)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGPIPE, SIG_IGN);
    d.plan = plan;
    d.port = port;
    d.link = -1;
    d.redir = redir_device_listen(path, &composite_controller);
    close(ready);
    for (;;) {
        serve();
    }
}

pid_t device_start(struct device_plan *plan, const char *path, uint16_t port)
{
    int ready[2];
    char nothing;
    pid_t pid;

    if (pipe(ready) != 0 || (pid = fork()) < 0) {
        perror("device");
        exit(EXIT_FAILURE);
    }
    if (pid == 0) {
        close(ready[0]);
        run(plan, path, port, ready[1]);
    }
    close(ready[1]);
    /* Nothing comes: it ends when the device listens. */
    (void)!read(ready[0], &nothing, 1);
    close(ready[0]);
    return pid;
}
