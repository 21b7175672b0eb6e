// SPDX-License-Identifier: Apache-2.0
/* monitor --rtt: what a target writes into rings in its RAM, through a debug probe. */
#ifndef COMMANDS_MONITOR_RTT_H
#define COMMANDS_MONITOR_RTT_H

#include "../cli/cli.h"

/** Who wants the output. */
struct rtt_watcher {
    /** Takes bytes of an up ring. @param name  of the ring, fit to print */
    void (*text)(void *context, uint32_t ring, const char *name, const uint8_t *data,
                 size_t length);
    /** Whether it has had enough. */
    bool (*is_done)(void *context);
    void *context;
};

/**
 * Opens the probe that --device names, and watches until the watcher has had enough, or Ctrl-C.
 * @param reset  restart the target first
 * @param input  what comes on standard input goes to the target
 * @return an exit code, reported; EXIT_INTERRUPTED, not reported: Ctrl-C
 */
int monitor_rtt(struct cli *cli, const struct rtt_watcher *watcher, bool reset, bool input);

#endif
