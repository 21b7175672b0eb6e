// SPDX-License-Identifier: Apache-2.0
#include "acm.h"

#include <asm/termbits.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum {
    SET_LINE_CODING = 0x20,
    SET_CONTROL_LINE_STATE = 0x22,
    TO_INTERFACE = 0x21,
    DTR = 1,
    RTS = 2,
    PIECE = 512,
    LOOK_MS = 5,
    TIOCM_INPUTS = TIOCM_DSR | TIOCM_CAR
};

struct acm {
    struct redir *redir;
    struct acm_place place;
    UMockdevIoctlBase *handler;
    int master;
    int lines;            /* TIOCM_DTR, TIOCM_RTS */
    struct termios2 told; /* the device knows of its rate and form */
    bool open;
    bool reading; /* a transfer from the device is under way */
    uint64_t read_id;
    bool gone;
};

static void on_ignored(void *context, int status, const uint8_t *data, size_t length)
{
    (void)context;
    (void)status;
    (void)data;
    (void)length;
}

static void send_lines(struct acm *acm)
{
    uint8_t state = (uint8_t)(((acm->lines & TIOCM_DTR) != 0 ? DTR : 0) |
                              ((acm->lines & TIOCM_RTS) != 0 ? RTS : 0));
    const uint8_t setup[8] = {TO_INTERFACE, SET_CONTROL_LINE_STATE, state, 0, acm->place.interface};

    redir_control(acm->redir, setup, NULL, on_ignored, NULL);
}

/* Tells the device of rate and form when they have changed: tcsetattr() is seen by its effect
 * alone. */
static void send_coding(struct acm *acm)
{
    struct termios2 t;
    const uint8_t setup[8] = {TO_INTERFACE, SET_LINE_CODING, 0, 0, acm->place.interface, 0, 7, 0};
    uint8_t coding[7] = {0};

    if (acm->master < 0 || ioctl(acm->master, TCGETS2, &t) != 0 ||
        (t.c_ospeed == acm->told.c_ospeed && t.c_cflag == acm->told.c_cflag)) {
        return;
    }
    acm->told = t;
    for (size_t i = 0; i < 4; i++) {
        coding[i] = (uint8_t)(t.c_ospeed >> 8 * i);
    }
    coding[4] = (t.c_cflag & CSTOPB) != 0 ? 2 : 0;
    coding[5] = (t.c_cflag & PARENB) == 0 ? 0 : (t.c_cflag & PARODD) != 0 ? 1 : 2;
    coding[6] = (t.c_cflag & CSIZE) == CS7 ? 7 : 8;
    redir_control(acm->redir, setup, coding, on_ignored, NULL);
}

static void serve_lines(struct acm *acm, gulong request, int *value)
{
    switch (request) {
    case TIOCMGET:
        *value = acm->lines | TIOCM_INPUTS;
        return;
    case TIOCMSET:
        acm->lines = *value;
        break;
    case TIOCMBIS:
        acm->lines |= *value;
        break;
    default:
        acm->lines &= ~*value;
        break;
    }
    send_lines(acm);
}

static void read_on(struct acm *acm);

/* Bytes of the device for the tty. */
static void on_read(void *context, int status, const uint8_t *data, size_t length)
{
    struct acm *acm = context;

    acm->reading = false;
    for (size_t done = 0; status == 0 && data != NULL && done < length && acm->open;) {
        ssize_t count = write(acm->master, data + done, length - done);

        if (count <= 0) {
            break;
        }
        done += (size_t)count;
    }
    /* Also when it was called off: another program may have the tty open by now. */
    if (status != -ENODEV) {
        read_on(acm);
    }
}

static void read_on(struct acm *acm)
{
    if (acm->open && !acm->reading && acm->redir->present && !acm->gone) {
        acm->reading = true;
        acm->read_id = redir_bulk(acm->redir, acm->place.in, NULL, PIECE, on_read, acm);
    }
}

static void set_open(struct acm *acm, bool open)
{
    acm->open = open;
    acm->lines = open ? TIOCM_DTR | TIOCM_RTS : 0;
    send_lines(acm);
    if (open) {
        read_on(acm);
    } else if (acm->reading) {
        redir_cancel(acm->redir, acm->read_id);
    }
}

static gboolean on_ioctl(UMockdevIoctlBase *base, UMockdevIoctlClient *client, gpointer context)
{
    struct acm *acm = context;
    gulong request = umockdev_ioctl_client_get_request(client);
    UMockdevIoctlData *data;
    int number = 0;
    long result = 0;

    (void)base;
    pthread_mutex_lock(&acm->redir->lock);
    if (!acm->open && acm->redir->present && !acm->gone) {
        set_open(acm, true); /* before the first request looks at the lines */
    }
    pthread_mutex_unlock(&acm->redir->lock);
    if (request == TIOCMGET || request == TIOCMSET || request == TIOCMBIS || request == TIOCMBIC) {
        data = umockdev_ioctl_data_resolve(umockdev_ioctl_client_get_arg(client), 0, sizeof(int),
                                           NULL);
        if (data == NULL) {
            return FALSE;
        }
        pthread_mutex_lock(&acm->redir->lock);
        serve_lines(acm, request, (int *)(void *)data->data);
        pthread_mutex_unlock(&acm->redir->lock);
        g_object_unref(data);
    } else {
        result = umockdev_ioctl_client_execute(client, &number, NULL);
    }
    umockdev_ioctl_client_complete(client, result, number);
    return TRUE;
}

/* Bytes of the tty for the device. */
static void carry_out(struct acm *acm)
{
    uint8_t data[64];
    ssize_t count = read(acm->master, data, sizeof data);

    if (count > 0) {
        redir_bulk(acm->redir, acm->place.out, data, (size_t)count, on_ignored, NULL);
    }
}

/* A master says POLLHUP while nobody has the other side open, and says so at once. */
static bool look(struct acm *acm)
{
    struct pollfd state = {acm->master, POLLIN, 0};
    const struct timespec moment = {0, LOOK_MS * 1000000L};
    bool going;

    (void)poll(&state, 1, LOOK_MS);
    pthread_mutex_lock(&acm->redir->lock);
    (void)poll(&state, 1, 0); /* as it is now, with the lock held */
    going = !acm->gone;
    if (going && acm->redir->present) {
        bool open = (state.revents & POLLHUP) == 0;

        send_coding(acm);
        if (open != acm->open) {
            set_open(acm, open);
        }
        if ((state.revents & POLLIN) != 0) {
            carry_out(acm);
        }
    }
    pthread_mutex_unlock(&acm->redir->lock);
    if ((state.revents & POLLHUP) != 0) {
        nanosleep(&moment, NULL);
    }
    return going;
}

static void *run(void *context)
{
    while (look(context)) {
    }
    return NULL;
}

struct acm *acm_new(struct redir *redir, const struct acm_place *place)
{
    struct acm *acm = calloc(1, sizeof *acm);

    if (acm == NULL) {
        abort();
    }
    *acm = (struct acm){.redir = redir, .place = *place, .master = -1};
    acm->handler = umockdev_ioctl_base_new();
    g_signal_connect(acm->handler, "handle-ioctl", G_CALLBACK(on_ioctl), acm);
    return acm;
}

UMockdevIoctlBase *acm_handler(const struct acm *acm)
{
    return acm->handler;
}

void acm_start(struct acm *acm, int master)
{
    struct termios2 t;
    pthread_t thread;

    acm->master = master;
    fcntl(master, F_SETFD, FD_CLOEXEC); /* it hangs up when nobody has it any more */
    /* What comes before a program has set the tty up must not be echoed to the device. */
    if (ioctl(master, TCGETS2, &t) == 0) {
        t.c_lflag = 0;
        t.c_oflag = 0;
        t.c_iflag = 0;
        (void)ioctl(master, TCSETS2, &t);
    }
    if (pthread_create(&thread, NULL, run, acm) != 0) {
        abort();
    }
    pthread_detach(thread);
}

/*
 * Hangs the tty up by closing its master. Its number stays taken, for umockdev closes it, too; and
 * so does that of the pseudo terminal, for umockdev cannot make a second one with the same: the
 * other side stays open here.
 */
static void hang_up(int master)
{
    char name[64];
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);

    if (null < 0 || ptsname_r(master, name, sizeof name) != 0 ||
        open(name, O_RDWR | O_NOCTTY | O_CLOEXEC) < 0) {
        abort();
    }
    dup2(null, master);
    close(null);
}

void acm_gone(struct acm *acm)
{
    pthread_mutex_lock(&acm->redir->lock);
    acm->gone = true;
    acm->open = false;
    hang_up(acm->master);
    pthread_mutex_unlock(&acm->redir->lock);
}
