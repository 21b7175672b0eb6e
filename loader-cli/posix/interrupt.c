// SPDX-License-Identifier: Apache-2.0
#include "interrupt.h"

#include <signal.h>
#include <stddef.h>
#include <unistd.h>

#include "../report/report.h"

static volatile sig_atomic_t seen;
static volatile pid_t workers;
/* Of each thread: a library's callers have several. */
static _Thread_local sigset_t before;
static _Thread_local unsigned holds;

static void on_interrupt(int number)
{
    (void)number;
    if (seen != 0) {
        if (workers > 0) {
            (void)kill(-workers, SIGKILL);
        }
        _exit(EXIT_INTERRUPTED);
    }
    seen = 1;
}

bool interrupted(void)
{
    return seen != 0;
}

void interrupt_catch(void)
{
    struct sigaction action = {.sa_handler = on_interrupt};
    struct sigaction hangup;

    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    if (sigaction(SIGHUP, NULL, &hangup) == 0 && hangup.sa_handler != SIG_IGN) {
        sigaction(SIGHUP, &action, NULL);
    }
    signal(SIGPIPE, SIG_IGN);
}

void interrupt_group(long group)
{
    workers = (pid_t)group;
}

void interrupt_hold(void)
{
    sigset_t held;

    if (holds++ > 0) {
        return;
    }
    sigemptyset(&held);
    sigaddset(&held, SIGINT);
    sigaddset(&held, SIGTERM);
    sigaddset(&held, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &held, &before);
}

void interrupt_release(void)
{
    if (--holds == 0) {
        pthread_sigmask(SIG_SETMASK, &before, NULL);
    }
}
