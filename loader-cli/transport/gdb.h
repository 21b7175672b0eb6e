// SPDX-License-Identifier: Apache-2.0
/*
 * A client of a GDB server (GDB manual, appendix E): memory of the target behind a debug probe, and
 * its flash. What servers do differently is in docs/offline.md.
 *
 * Functions answer 0 or a negative enum link_error: LINK_E_IO also when the server says no,
 * LINK_E_PROTOCOL when its answer has the wrong form. Not thread-safe.
 */
#ifndef TRANSPORT_GDB_H
#define TRANSPORT_GDB_H

#include "gdb_packet.h"

enum { GDB_REGIONS_MAX = 16, GDB_PATIENCE_MS = 5000 };

/** A range of flash that the server knows how to program. */
struct gdb_region {
    uint32_t start;
    uint32_t length;
    uint32_t block; /* bytes that are erased together */
};

struct gdb {
    struct gdb_link link;
    uint32_t packet;      /* bytes that a packet to the server may have */
    uint32_t patience_ms; /* for an answer; what flash takes time for has twelve times as long */
    bool binary;          /* it takes X packets */
    bool has_map;         /* it knows what is flash: the rest is memory */
    size_t region_count;
    struct gdb_region region[GDB_REGIONS_MAX];
};

/** Greets the server on a fresh connection, and learns what it can. The target stops. */
int gdb_begin(struct gdb *gdb, const struct link_transport *line, uint32_t patience_ms);
/**
 * Lets the target run again; the connection is to be closed then.
 * @param reset  from its start, where the server can do that
 */
int gdb_end(struct gdb *gdb, bool reset);

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
