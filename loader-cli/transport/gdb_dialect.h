// SPDX-License-Identifier: Apache-2.0
/*
 * What GDB servers do differently, one row for each kind. Everything here was seen on the wire or
 * is in the server's own documentation; docs/probes.md says which.
 */
#ifndef TRANSPORT_GDB_DIALECT_H
#define TRANSPORT_GDB_DIALECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** How a server is left. */
enum gdb_leave {
    GDB_LEAVE_CONTINUE, /* the target is told to go on: it stays so when the connection ends */
    GDB_LEAVE_DETACH,   /* the server lets the target run when it is told to detach */
    GDB_LEAVE_MONITOR   /* it does neither reliably: its own commands do */
};

enum { GDB_GREETINGS_MAX = 3 };

/** A kind of server. Texts are monitor commands, but for those called packets; NULL: none. */
struct gdb_dialect {
    const char *name;
    const char *greeting[GDB_GREETINGS_MAX]; /* before the target is reached, in this order */
    const char *attach_packet;               /* reaches the target; NULL: to connect is enough */
    const char *reset;                       /* resets, and leaves the target halted */
    const char *reset_packet;                /* the same, where it is a packet */
    enum gdb_leave leave;
    const char *resume;    /* LEAVE_MONITOR: runs on, if it is halted */
    const char *reset_run; /* LEAVE_MONITOR: resets and runs */
    uint32_t packet_max;   /* bytes of a packet, whatever the server says of itself */
    uint32_t read_max;     /* bytes of memory asked for at once */
    bool reads_running;    /* memory is read and written while the target runs */
    bool ends_itself;      /* the program exits when its one client has gone */
};

/** gdb: and what is not known better: QEMU's server, and any other. */
extern const struct gdb_dialect gdb_dialect_plain;
extern const struct gdb_dialect gdb_dialect_openocd;
extern const struct gdb_dialect gdb_dialect_pyocd;
extern const struct gdb_dialect gdb_dialect_jlink;
extern const struct gdb_dialect gdb_dialect_bmp;

#endif
