// SPDX-License-Identifier: Apache-2.0
#include "interrupt.h"

#include <signal.h>
#include <stddef.h>
#include <unistd.h>

#include "../cli/cli.h"

static volatile sig_atomic_t seen;
static volatile pid_t group;
static sigset_t before;
static unsigned holds;

static void on_interrupt(int number)
{
    (void)number;
    if (seen != 0) {
        if (group > 0) {
            (void)kill(-group, SIGKILL);
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

void interrupt_group(long number)
{
    group = (pid_t)number;
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
    sigprocmask(SIG_BLOCK, &held, &before);
}

void interrupt_release(void)
{
    if (--holds == 0) {
        sigprocmask(SIG_SETMASK, &before, NULL);
    }
}
