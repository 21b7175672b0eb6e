// SPDX-License-Identifier: Apache-2.0
/*
 * A client of a GDB server (GDB manual, appendix E): memory of the target behind a debug probe, and
 * its flash. What servers do differently is in gdb_dialect.h.
 *
 * Functions answer 0 or a negative enum link_error: LINK_E_IO also when the server says no,
 * LINK_E_PROTOCOL when its answer has the wrong form. Not thread-safe.
 */
#ifndef TRANSPORT_GDB_H
#define TRANSPORT_GDB_H

#include "gdb_dialect.h"
#include "gdb_packet.h"

enum { GDB_REGIONS_MAX = 16, GDB_PATIENCE_MS = 5000, GDB_SAID_MAX = 120 };

/** A range of flash that the server knows how to program. */
struct gdb_region {
    uint32_t start;
    uint32_t length;
    uint32_t block; /* bytes that are erased together */
};

struct gdb {
    struct gdb_link link;
    const struct gdb_dialect *dialect;
    uint32_t packet;         /* bytes that a packet to the server may have */
    uint32_t patience_ms;    /* for an answer; what flash takes time for has twelve times as long */
    bool greeted;            /* it has answered as a GDB server does */
    bool binary;             /* it takes X packets */
    bool has_map;            /* it knows what is flash: the rest is memory */
    bool running;            /* the target runs, as far as we know */
    char said[GDB_SAID_MAX]; /* the end of what its latest monitor command printed */
    size_t region_count;
    struct gdb_region region[GDB_REGIONS_MAX];
};

/**
 * Greets the server on a fresh connection, and learns what it can. The target stops.
 * @param dialect  the kind of server; stays the caller's
 */
int gdb_begin(struct gdb *gdb, const struct gdb_dialect *dialect, const struct link_transport *line,
              uint32_t patience_ms);
/**
 * Lets the target run again; the connection is to be closed then.
 * @param reset  from its start, where the server can do that
 */
int gdb_end(struct gdb *gdb, bool reset);

/** Has the server do one of its own commands. LINK_E_IO: it says no. */
int gdb_monitor(struct gdb *gdb, const char *command);
/** Lets the target run, and stays connected. */
int gdb_run(struct gdb *gdb);
/** Stops it again. @return 0 also when it was not running */
int gdb_halt(struct gdb *gdb);
/** Resets the target; it is halted then. LINK_E_IO: the server cannot. */
int gdb_reset(struct gdb *gdb);

/** Reads length bytes. */
int gdb_read(struct gdb *gdb, uint32_t address, uint8_t *data, uint32_t length);
/** Writes memory that is not flash. */
int gdb_write(struct gdb *gdb, uint32_t address, const uint8_t *data, uint32_t length);
/** Erases whole blocks. */
int gdb_flash_erase(struct gdb *gdb, uint32_t address, uint32_t length);
/** Programs flash, to the end. That the server is content does not mean that it was done. */
int gdb_flash_program(struct gdb *gdb, uint32_t address, const uint8_t *data, uint32_t length);

/** The region that holds a range; NULL: none does. */
const struct gdb_region *gdb_region_of(const struct gdb *gdb, uint32_t address, uint32_t length);

/**
 * Reads the regions of flash out of a memory map (GDB manual, appendix E.14).
 * @param text   ended by a zero
 * @param region receives up to GDB_REGIONS_MAX
 * @return how many
 */
size_t gdb_map_read(const char *text, struct gdb_region *region);

#endif
