// SPDX-License-Identifier: Apache-2.0
#include "children.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include "interrupt.h"
#include "program.h"

enum { OUT, ERR, STREAMS, TICK_MS = 200, LINE_MAX_BYTES = 1 << 20, READ_BYTES = 4096 };

/* What comes from a child, and is not a whole line yet. */
struct stream {
    int fd; /* -1: closed */
    char *text;
    size_t used;
    size_t room;
};

struct child {
    pid_t pid; /* 0: never started; -1: has ended */
    struct stream stream[STREAMS];
};

struct children {
    struct child *child;
    size_t count;
    const struct children_listener *listener;
    pid_t group; /* all of them, so that a terminal's Ctrl-C reaches each exactly once */
    bool told;   /* of an interrupt */
};

static _Noreturn void become(const char *const *words, int out, int err, pid_t group)
{
    const char *self = program_self();
    size_t count = 0;
    const char **all;
    int in = open("/dev/null", O_RDONLY);

    while (words[count] != NULL) {
        count++;
    }
    all = calloc(count + 2, sizeof *all);
    if (all != NULL && in >= 0 && setpgid(0, group) == 0 && dup2(in, STDIN_FILENO) >= 0 &&
        dup2(out, STDOUT_FILENO) >= 0 && dup2(err, STDERR_FILENO) >= 0) {
        all[0] = self;
        memcpy(all + 1, words, count * sizeof *all);
        execvp(self, (char *const *)(uintptr_t)all);
    }
    _exit(EXIT_FAILED);
}

/* A pipe whose ends no other child inherits. */
static bool make_pipes(int out[2], int err[2])
{
    if (pipe2(out, O_CLOEXEC) != 0) {
        return false;
    }
    if (pipe2(err, O_CLOEXEC) != 0) {
        close(out[0]);
        close(out[1]);
        return false;
    }
    return true;
}

static int start(struct children *c, size_t i, const char *const *words)
{
    int out[2];
    int err[2];
    int error;
    pid_t pid;

    if (!make_pipes(out, err)) {
        return errno;
    }
    pid = fork();
    error = errno;
    if (pid == 0) {
        become(words, out[1], err[1], c->group);
    }
    close(out[1]);
    close(err[1]);
    if (pid < 0) {
        close(out[0]);
        close(err[0]);
        return error;
    }
    /* In both processes: whichever comes first. It fails once the child runs its program. */
    (void)setpgid(pid, c->group);
    if (c->group == 0) {
        c->group = pid;
        interrupt_group(pid);
    }
    c->child[i].pid = pid;
    c->child[i].stream[OUT].fd = out[0];
    c->child[i].stream[ERR].fd = err[0];
    return 0;
}

static void say(const struct children *c, size_t i, int which)
{
    struct stream *stream = &c->child[i].stream[which];

    stream->text[stream->used] = '\0';
    stream->used = 0;
    c->listener->line(c->listener->context, i, which == ERR, stream->text);
}

/* Room for one more character and the end of the text. */
static bool grow(struct stream *stream)
{
    size_t room = stream->room == 0 ? READ_BYTES : stream->room * 2;
    char *text;

    if (stream->used + 1 < stream->room) {
        return true;
    }
    text = realloc(stream->text, room);
    if (text != NULL) {
        stream->text = text;
        stream->room = room;
    }
    return text != NULL;
}

static void take(const struct children *c, size_t i, int which, const char *data, size_t length)
{
    struct stream *stream = &c->child[i].stream[which];

    for (size_t n = 0; n < length; n++) {
        if (!grow(stream)) {
            continue;
        }
        if (data[n] == '\n') {
            say(c, i, which);
        } else if (stream->used < LINE_MAX_BYTES) {
            stream->text[stream->used++] = data[n];
        }
    }
}

/* Takes what there is; closes the stream at its end. */
static void hear(const struct children *c, size_t i, int which)
{
    struct stream *stream = &c->child[i].stream[which];
    char data[READ_BYTES];
    ssize_t count = read(stream->fd, data, sizeof data);

    if (count > 0) {
        take(c, i, which, data, (size_t)count);
    } else if (count == 0 || errno != EINTR) {
        if (stream->used > 0) {
            say(c, i, which);
        }
        close(stream->fd);
        stream->fd = -1;
    }
}

/* Once both streams are at their end nothing keeps a child. Answers whether it still runs. */
static bool runs(const struct children *c, size_t i)
{
    struct child *child = &c->child[i];
    int status = 0;

    if (child->pid <= 0) {
        return false;
    }
    if (child->stream[OUT].fd >= 0 || child->stream[ERR].fd >= 0) {
        return true;
    }
    if (waitpid(child->pid, &status, 0) < 0) {
        return errno == EINTR;
    }
    child->pid = -1;
    c->listener->ended(c->listener->context, i, WIFEXITED(status) ? WEXITSTATUS(status) : -1,
                       WIFSIGNALED(status) ? WTERMSIG(status) : 0);
    return false;
}

static bool any_runs(const struct children *c)
{
    bool any = false;

    for (size_t i = 0; i < c->count; i++) {
        any = runs(c, i) || any;
    }
    return any;
}

static void hear_all(const struct children *c)
{
    struct pollfd watched[CHILDREN_MAX * STREAMS];

    for (size_t i = 0; i < c->count * STREAMS; i++) {
        watched[i] =
            (struct pollfd){.fd = c->child[i / STREAMS].stream[i % STREAMS].fd, .events = POLLIN};
    }
    if (poll(watched, c->count * STREAMS, TICK_MS) <= 0) {
        return;
    }
    for (size_t i = 0; i < c->count * STREAMS; i++) {
        if (watched[i].revents != 0) {
            hear(c, i / STREAMS, (int)(i % STREAMS));
        }
    }
}

static void pass_interrupt(struct children *c)
{
    if (interrupted() && !c->told && c->group > 0) {
        c->told = true;
        (void)kill(-c->group, SIGINT);
    }
}

int children_run(const char *const *const *words, size_t count,
                 const struct children_listener *listener)
{
    struct children c = {.count = count, .listener = listener};
    int error = 0;

    c.child = calloc(count, sizeof *c.child);
    if (c.child == NULL) {
        return ENOMEM;
    }
    interrupt_catch();
    for (size_t i = 0; i < count; i++) {
        c.child[i].stream[OUT].fd = -1;
        c.child[i].stream[ERR].fd = -1;
        error = error != 0 ? error : start(&c, i, words[i]);
    }
    while (any_runs(&c)) {
        pass_interrupt(&c);
        hear_all(&c);
        listener->tick(listener->context);
    }
    interrupt_group(0);
    for (size_t i = 0; i < count; i++) {
        if (c.child[i].pid == 0) {
            listener->ended(listener->context, i, -1, 0);
        }
        free(c.child[i].stream[OUT].text);
        free(c.child[i].stream[ERR].text);
    }
    free(c.child);
    return error;
}
