// SPDX-License-Identifier: Apache-2.0
/* A GDB server inside a test: an honest one with flash, and ones that lie, stammer, never end or
 * die. */
#ifndef OFFLINE_GDB_SERVER_H
#define OFFLINE_GDB_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <offline/gdb_memory.h>

enum { BASE = 0x10000000, BYTES = 64 * 1024, PAGE = 4096, PATIENCE = 500, NEVER = 0x7FFFFFFF };

/* How the server answers what it is asked for the fault_at'th time, and from then on. */
enum fault {
    HONEST,
    DIES,       /* the connection breaks */
    SILENT,     /* nothing comes */
    ENDLESS,    /* bytes come for ever, and no packet */
    LONG,       /* a packet without end */
    CHECKSUM,   /* none is right */
    ONCE_WRONG, /* one is wrong, and right when it is sent again */
    ODD,        /* half a byte */
    TOO_MUCH,   /* more bytes than asked for */
    NO_HEX,
    NOTHING,   /* the empty packet: not supported */
    REFUSES,   /* E01 */
    BAD_RUN,   /* a run without anything to repeat */
    HUGE_RUNS, /* runs that make a packet of any size */
    CHATTER,   /* unasked packets for ever */
    UNASKED,   /* some unasked ones, then the answer */
    NO_PLUS,   /* no acknowledgement */
    ALWAYS_MINUS,
    SHORT, /* fewer bytes than asked for, which is allowed */
    FAULTS
};

extern struct server {
    uint8_t flash[BYTES];
    enum fault fault;
    int fault_at;
    int asked; /* requests so far */
    bool no_map;
    bool wipes; /* all is done at the end, and pages of which only a part came are erased */
    uint8_t pending[BYTES];
    bool is_pending[BYTES];
    bool lazy; /* says OK and does nothing */
    bool no_ack;
    bool gone;
    bool running;
    bool was_reset;
    int connections;
    int refused_connections; /* so many of the next are refused */
    uint8_t in[8192];
    size_t in_used;
    uint8_t out[65536];
    size_t out_first;
    size_t out_used;
    uint32_t now;
} server;

/** The line to it. */
extern const struct gdb_connection server_connection;
/** The memory map that it gives. */
extern const char server_map[];

/** A new server, whose flash has something in it. It is faulty from its fault_at'th answer on. */
void server_init(enum fault fault, int fault_at);

#endif
