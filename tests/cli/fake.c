// SPDX-License-Identifier: Apache-2.0
#include "fake.h"

#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void must(bool ok, const char *what)
{
    if (!ok) {
        perror(what);
        exit(EXIT_FAILURE);
    }
}

/* A socket on a free loopback port. */
static int bound_socket(int *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t length = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    must(fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof address) == 0 &&
             getsockname(fd, (struct sockaddr *)&address, &length) == 0,
         "a loopback port");
    *port = ntohs(address.sin_port);
    return fd;
}

int fake_closed_port(void)
{
    int port;

    close(bound_socket(&port));
    return port;
}

static void serve_socket(int listener)
{
    for (;;) {
        int fd = accept(listener, NULL, NULL);

        if (fd >= 0) {
            model_serve(fd);
            close(fd);
        }
    }
}

/* A terminal's master: there is nobody while no tool has the other side open. */
static void serve_terminal(int master)
{
    const struct timespec moment = {0, 5000000};

    for (;;) {
        struct pollfd state = {.fd = master, .events = POLLIN};

        (void)poll(&state, 1, 0);
        if ((state.revents & POLLHUP) == 0) {
            model_serve(master);
        }
        nanosleep(&moment, NULL);
    }
}

static void start(struct fake *fake, int file, bool terminal, const uint8_t public_key[64])
{
    fake->plan =
        mmap(NULL, sizeof *fake->plan, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    must(fake->plan != MAP_FAILED, "shared memory");
    memcpy(fake->plan->public_key, public_key, sizeof fake->plan->public_key);
    fflush(NULL);
    fake->pid = fork();
    must(fake->pid >= 0, "a process");
    if (fake->pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        signal(SIGPIPE, SIG_IGN);
        model_init(fake->plan);
        terminal ? serve_terminal(file) : serve_socket(file);
        _exit(EXIT_SUCCESS);
    }
}

void fake_start(struct fake *fake, const uint8_t public_key[64])
{
    int port;

    fake->file = bound_socket(&port);
    must(listen(fake->file, 4) == 0, "listen");
    snprintf(fake->selector, sizeof fake->selector, "tcp:127.0.0.1:%d", port);
    start(fake, fake->file, false, public_key);
}

void fake_start_at(struct fake *fake, const char *path, const uint8_t public_key[64])
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    must(strlen(path) < sizeof address.sun_path, "a short name");
    memcpy(address.sun_path, path, strlen(path) + 1);
    fake->selector[0] = '\0';
    fake->file = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    must(fake->file >= 0 && bind(fake->file, (struct sockaddr *)&address, sizeof address) == 0 &&
             listen(fake->file, 4) == 0,
         path);
    start(fake, fake->file, false, public_key);
}

void fake_start_on(struct fake *fake, int file, const uint8_t public_key[64])
{
    fake->file = -1;
    fake->selector[0] = '\0';
    start(fake, file, true, public_key);
}

/* The tool may have ended before the device has seen so. */
static void wait_for_end(const struct fake *fake)
{
    const struct timespec moment = {0, 2000000};
    const volatile struct model_plan *plan = fake->plan;

    for (int i = 0; i < 15000 && plan->opened != plan->closed; i++) {
        nanosleep(&moment, NULL);
    }
    must(plan->opened == plan->closed, "a connection does not end");
}

void fake_arm(const struct fake *fake, uint8_t step, uint32_t offset, enum model_how how)
{
    wait_for_end(fake);
    fake->plan->happened = 0;
    fake->plan->step = step;
    fake->plan->offset = offset;
    fake->plan->how = how;
}

void fake_cut(const struct fake *fake, uint32_t after, enum model_cut cut, int signal)
{
    wait_for_end(fake);
    fake->plan->happened = 0;
    fake->plan->tool = 0;
    fake->plan->signal = signal;
    fake->plan->after = after;
    fake->plan->cut = cut;
}

void fake_settle(const struct fake *fake)
{
    wait_for_end(fake);
}

void fake_estrange(const struct fake *fake, enum model_stranger stranger)
{
    wait_for_end(fake);
    fake->plan->stranger = stranger;
}

bool fake_misbehaves(const struct fake *fake)
{
    const struct timespec moment = {0, 2000000};
    const volatile struct model_plan *plan = fake->plan;

    for (int i = 0; i < 15000 && plan->happened == 0; i++) {
        nanosleep(&moment, NULL);
    }
    return plan->happened != 0;
}

void fake_stop(struct fake *fake)
{
    kill(fake->pid, SIGKILL);
    waitpid(fake->pid, NULL, 0);
    munmap(fake->plan, sizeof *fake->plan);
    if (fake->file >= 0) {
        close(fake->file);
    }
}
