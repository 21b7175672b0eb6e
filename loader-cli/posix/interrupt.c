// SPDX-License-Identifier: Apache-2.0
#include "interrupt.h"

#include <stddef.h>

volatile sig_atomic_t interrupt_seen;
/* Of each thread: a library's callers have several. */
static _Thread_local sigset_t before;
static _Thread_local unsigned holds;

bool interrupted(void)
{
    return interrupt_seen != 0;
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
