// SPDX-License-Identifier: Apache-2.0
/* What a monitor is to do; `run`, which ends with one, takes the same options. */
#ifndef COMMANDS_MONITOR_H
#define COMMANDS_MONITOR_H

#include <limits.h>

#include "../cli/cli.h"
#include "../device/device.h"

enum { MONITOR_ENDLESS = INT_MIN }; /* what nobody has typed */

struct monitor_wanted {
    int lines;      /* end after so many; MONITOR_ENDLESS: do not */
    int seconds;    /* end after so many; MONITOR_ENDLESS: do not */
    int reconnect;  /* seconds to wait for a device that went away; -1: as usual */
    int timestamps; /* not 0: print the time */
    int reset;      /* not 0: restart the device first */
    int rtt;        /* not 0: through a debug probe, from rings in RAM */
    int input;      /* not 0, with rtt: standard input goes to the target */
    char *log;      /* file to append to; NULL: none */
    char *until;    /* regular expression that ends it; NULL: none */
};

extern struct monitor_wanted monitor_wanted;

/** Does something with the open device before it is watched. @return an exit code, reported */
typedef int (*monitor_prepare)(struct device *device, void *context);

/** Whether the numbers of monitor_wanted can be: what ends after nothing is a mistake. */
bool monitor_numbers_are_sound(void);
/**
 * Opens the device, prepares it and shows what comes, also while it is prepared, as monitor_wanted
 * says. Not reentrant.
 * @param prepare  NULL: nothing
 * @return an exit code, reported
 */
int monitor_run(struct cli *cli, monitor_prepare prepare, void *context);

#endif
