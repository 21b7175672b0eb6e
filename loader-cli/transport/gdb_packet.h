// SPDX-License-Identifier: Apache-2.0
/*
 * Packets of the GDB remote serial protocol (GDB manual, appendix E.1): "$data#checksum", answered
 * by '+' or '-' unless both ends have agreed not to. The server is not trusted: every length is
 * checked, and every answer has to come whole before a deadline, however much else comes.
 *
 * Functions answer 0 or a negative enum link_error. Not thread-safe.
 */
#ifndef TRANSPORT_GDB_PACKET_H
#define TRANSPORT_GDB_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <link/host.h>

enum { GDB_REPLY_MAX = 16384 + 512 /* data of a packet from the server, decoded */ };

struct gdb_link {
    const struct link_transport *line;
    bool no_ack; /* both ends have agreed to leave acknowledgements out */
    uint8_t input[512];
    size_t input_next;
    size_t input_end;
    uint8_t reply[GDB_REPLY_MAX + 1]; /* the latest packet, ended by a zero */
    size_t reply_length;
};

/** Starts on a fresh connection. */
void gdb_link_init(struct gdb_link *link, const struct link_transport *line);
/**
 * Sends a packet, and waits until the server has acknowledged it.
 * @param data  length bytes, of any values: they are escaped here
 */
int gdb_packet_send(struct gdb_link *link, const void *data, size_t length, uint32_t patience_ms);
/** Waits for a whole packet; leaves it in reply. */
int gdb_packet_receive(struct gdb_link *link, uint32_t patience_ms);

#endif
