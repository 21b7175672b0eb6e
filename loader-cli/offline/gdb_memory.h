// SPDX-License-Identifier: Apache-2.0
/* A target's flash behind a GDB server. */
#ifndef OFFLINE_GDB_MEMORY_H
#define OFFLINE_GDB_MEMORY_H

#include <stdbool.h>

#include "../transport/gdb.h"
#include "board.h"
#include "memory.h"

/** The connection to the server. */
struct gdb_connection {
    struct link_transport line;
    const struct gdb_dialect *dialect; /* NULL: gdb_dialect_plain */
    /** Connects anew after the connection broke; NULL: that is not possible. @return whether it
     * did */
    bool (*reconnect)(void *context);
    /** Lets go; frees the context. */
    void (*close)(void *context);
    /** The first failure: for what the server's program has to say of it. NULL: nobody cares. */
    void (*failed)(void *context);
    void *context; /* also of the line's functions */
};

/**
 * Greets the server.
 * @param connection  copied; taken over, unless this fails
 * @param memory      receives the memory
 * @param changeable  receives whether the server can change the board's journal and apps; if not,
 *                    whoever tries gets LINK_E_IO
 * @param said        GDB_SAID_MAX bytes: receives what the server printed when it was greeted;
 * NULL: nobody wants it
 * @return 0 or a negative enum link_error
 */
int gdb_memory_open(const struct gdb_connection *connection, const struct board *board,
                    uint32_t patience_ms, struct memory *memory, bool *changeable, char *said);

/** The client behind a memory, as long as that lives; NULL: the memory is no target's. */
struct gdb *gdb_memory_client(const struct memory *memory);

#endif
