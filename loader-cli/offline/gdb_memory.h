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
    /** Connects anew after the connection broke; NULL: that is not possible. @return whether it
     * did */
    bool (*reconnect)(void *context);
    /** Lets go; frees the context. */
    void (*close)(void *context);
    void *context; /* also of the line's functions */
};

/**
 * Greets the server.
 * @param connection  copied; taken over, also when this fails
 * @param memory      receives the memory
 * @param changeable  receives whether the server can change the board's journal and apps; if not,
 *                    whoever tries gets LINK_E_IO
 * @return 0 or a negative enum link_error
 */
int gdb_memory_open(const struct gdb_connection *connection, const struct board *board,
                    uint32_t patience_ms, struct memory *memory, bool *changeable);

#endif
