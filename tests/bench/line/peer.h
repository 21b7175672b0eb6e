// SPDX-License-Identifier: Apache-2.0
/*
 * What the same takes tockloader over a serial line: a model of its published protocol, not a run
 * of it. Where it is installed, tests/rigs/tockloader.sh has the real one.
 */
#ifndef BENCH_PEER_H
#define BENCH_PEER_H

#include <stdint.h>

/** One thing that it does. */
struct peer_cost {
    const char *name;
    uint32_t to_device;   /* bytes, of its serial protocol */
    uint32_t to_host;     /* likewise */
    uint32_t round_trips; /* it waits for each answer */
    uint32_t wait_ms;     /* that it sleeps in between, whatever the line */
};

/** Listing four apps; installing 16 KiB beside four that stay, and beside four of which three move.
 */
extern const struct peer_cost peer_list;
extern const struct peer_cost peer_install;
extern const struct peer_cost peer_install_moving;

/** How long it takes, seconds; without the time in which flash is programmed. */
double peer_seconds(const struct peer_cost *cost, uint32_t rate, uint32_t turnaround_ms);

#endif
