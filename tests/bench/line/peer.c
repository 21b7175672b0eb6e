// SPDX-License-Identifier: Apache-2.0
#include "peer.h"

/*
 * Listing: a ping, 16 attributes, a read for each app and one behind the last. Installing: a read,
 * a write for each 512 bytes that are not zero, a checksum for each run of pages, an erasure; an
 * app that moves is read, 4 KiB a time, and written anew. It sleeps 1.7 s while the device enters
 * its bootloader and 0.5 s at each checksum. Bytes count the protocol's escapes.
 */
enum { ENTRY_MS = 1700, CHECKSUM_MS = 500 };

const struct peer_cost peer_list = {"list", 155, 2071, 22, ENTRY_MS};
const struct peer_cost peer_install = {"install", 16923, 3145, 57, ENTRY_MS + CHECKSUM_MS};
const struct peer_cost peer_install_moving = {"install, others move", 33774, 19687, 99,
                                              ENTRY_MS + 4 * CHECKSUM_MS};

double peer_seconds(const struct peer_cost *cost, uint32_t rate, uint32_t turnaround_ms)
{
    return (cost->to_device + cost->to_host) * 10.0 / rate +
           cost->round_trips * turnaround_ms / 1000.0 + cost->wait_ms / 1000.0;
}
