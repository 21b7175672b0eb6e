// SPDX-License-Identifier: Apache-2.0
/* The command line's signal handlers; libgantry has none. */
#include <stddef.h>
#include <unistd.h>

#include "../report/report.h"
#include "interrupt.h"

static volatile pid_t workers;

static void on_interrupt(int number)
{
    (void)number;
    if (interrupt_seen != 0) {
        if (workers > 0) {
            (void)kill(-workers, SIGKILL);
        }
        _exit(EXIT_INTERRUPTED);
    }
    interrupt_seen = 1;
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
