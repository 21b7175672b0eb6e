// SPDX-License-Identifier: Apache-2.0
#include "gdb_memory.h"

#include <stdlib.h>
#include <string.h>

#include <base/bytes.h>
#include <base/checked.h>
#include <link/error.h>

struct gdb_memory {
    struct gdb_connection connection;
    struct board board;
    struct gdb gdb;
    uint32_t patience_ms;
    bool changeable;
    bool changed; /* the target has to start anew */
    bool broken;  /* nobody listens any more */
    bool failed;  /* something has failed before */
};

/* Passes an error on; the first is told to whoever has the server. */
static int noted(struct gdb_memory *m, int error)
{
    if (error != 0 && error != LINK_E_INTERRUPTED && !m->failed) {
        m->failed = true;
        if (m->connection.failed != NULL) {
            m->connection.failed(m->connection.context);
        }
    }
    return error;
}

static bool covers(const struct gdb_memory *m, const struct store_extent *e)
{
    const struct gdb_region *region = gdb_region_of(&m->gdb, e->address, e->size);
    uint32_t start;
    uint32_t page;

    /* Of pages of several sizes the smallest may be anywhere: the first stands for all only when
     * the server's blocks are no larger than any. */
    if (region == NULL || hil_flash_page(&m->board.geometry, e->address, &start, &page) != 0) {
        return false;
    }
    for (uint32_t at = e->address; at - e->address < e->size; at += page) {
        if (hil_flash_page(&m->board.geometry, at, &start, &page) != 0 ||
            page % region->block != 0 || (at - region->start) % region->block != 0) {
            return false;
        }
    }
    return true;
}

/* A server without a map has no flash to program: what looks like it is memory. */
static bool can_change(const struct gdb_memory *m)
{
    return !m->gdb.has_map || (covers(m, &m->board.journal[0]) && covers(m, &m->board.journal[1]) &&
                               covers(m, &m->board.apps));
}

static int greet(struct gdb_memory *m)
{
    const struct gdb_dialect *dialect = m->connection.dialect;

    return gdb_begin(&m->gdb, dialect != NULL ? dialect : &gdb_dialect_plain, &m->connection.line,
                     m->patience_ms);
}

/* After a failure: a new connection, to the same server as before. */
static bool again(struct gdb_memory *m)
{
    return m->connection.reconnect != NULL && m->connection.reconnect(m->connection.context) &&
           greet(m) == 0 && can_change(m) == m->changeable;
}

/* Whether another connection may help: not where the server has answered. */
static bool is_lost(int error)
{
    return error == LINK_E_IO || error == LINK_E_SILENT || error == LINK_E_GARBLED;
}

/* To read twice does no harm: once more when the connection broke. */
static int read_memory(void *context, uint32_t address, void *data, uint32_t length)
{
    struct gdb_memory *m = context;
    int error = m->broken ? (int)LINK_E_IO : gdb_read(&m->gdb, address, data, length);

    if (is_lost(error) && !m->broken) {
        error = again(m) ? gdb_read(&m->gdb, address, data, length) : error;
    }
    m->broken = m->broken || error != 0;
    return noted(m, error);
}

/* Whether the target's bytes are these. */
static int compare(struct gdb_memory *m, uint32_t address, const uint8_t *wanted, uint32_t length)
{
    uint8_t *found = malloc(length);
    int error = found != NULL ? read_memory(m, address, found, length) : (int)LINK_E_IO;

    if (error == 0 && !bytes_equal(found, wanted, length)) {
        error = LINK_E_IO;
    }
    free(found);
    return error;
}

/* Gives a whole page its bytes: that its server is content means nothing, so they are read back. */
static int write_page(struct gdb_memory *m, uint32_t start, const uint8_t *page, uint32_t size)
{
    int error;

    if (!m->gdb.has_map) {
        error = gdb_write(&m->gdb, start, page, size);
    } else {
        error = gdb_flash_erase(&m->gdb, start, size);
        if (error == 0 && !bytes_all(page, size, m->board.geometry.erase_value)) {
            error = gdb_flash_program(&m->gdb, start, page, size);
        }
    }
    return error != 0 ? error : compare(m, start, page, size);
}

static int begin_change(struct gdb_memory *m)
{
    if (m->broken || !m->changeable) {
        return LINK_E_IO;
    }
    m->changed = true;
    return 0;
}

static int erase(void *context, uint32_t address, uint32_t size)
{
    struct gdb_memory *m = context;
    uint8_t *page = malloc(size);
    int error = page != NULL ? begin_change(m) : (int)LINK_E_IO;

    if (error == 0) {
        memset(page, m->board.geometry.erase_value, size);
        error = noted(m, write_page(m, address, page, size));
    }
    free(page);
    return error;
}

/*
 * Programs a part of a page, and looks at the whole page afterwards: some servers erase what is
 * beside it. Then the page is written anew from what was there.
 */
static int program_part(struct gdb_memory *m, uint32_t start, uint8_t *page, uint32_t size,
                        uint32_t address, const uint8_t *data, uint32_t length)
{
    int error = read_memory(m, start, page, size);

    if (error != 0) {
        return error;
    }
    memcpy(page + (address - start), data, length);
    error = gdb_flash_program(&m->gdb, address, data, length);
    if (error != 0) {
        return error;
    }
    error = compare(m, start, page, size);
    return error == LINK_E_IO && !m->broken ? write_page(m, start, page, size) : error;
}

static int program(void *context, uint32_t address, const void *data, uint32_t length)
{
    struct gdb_memory *m = context;
    uint32_t start;
    uint32_t size;
    uint8_t *page;
    int error = begin_change(m);

    if (error != 0) {
        return error;
    }
    if (!m->gdb.has_map) {
        error = noted(m, gdb_write(&m->gdb, address, data, length));
        return error != 0 ? error : noted(m, compare(m, address, data, length));
    }
    if (hil_flash_page(&m->board.geometry, address, &start, &size) != 0) {
        return LINK_E_IO;
    }
    page = malloc(size);
    error =
        page != NULL ? program_part(m, start, page, size, address, data, length) : (int)LINK_E_IO;
    free(page);
    return noted(m, error);
}

static int barrier(void *context)
{
    (void)context;
    return 0; /* each change was read back */
}

static void close_memory(void *context)
{
    struct gdb_memory *m = context;

    if (!m->broken) {
        (void)gdb_end(&m->gdb, m->changed);
    }
    m->connection.close(m->connection.context);
    free(m);
}

static const struct memory_ops ops = {read_memory, erase, program, barrier, close_memory};

struct gdb *gdb_memory_client(const struct memory *memory)
{
    return memory->ops == &ops ? &((struct gdb_memory *)memory->context)->gdb : NULL;
}

int gdb_memory_open(const struct gdb_connection *connection, const struct board *board,
                    uint32_t patience_ms, struct memory *memory, bool *changeable, char *said)
{
    struct gdb_memory *m = calloc(1, sizeof *m);
    int error;

    if (said != NULL) {
        said[0] = '\0';
    }
    if (m == NULL) {
        return LINK_E_IO;
    }
    m->connection = *connection;
    m->board = *board;
    m->board.geometry.runs = m->board.run;
    m->patience_ms = patience_ms;
    error = greet(m);
    if (said != NULL) {
        memcpy(said, m->gdb.said, sizeof m->gdb.said);
    }
    if (error != 0) {
        /* A target that has stopped when the server was reached must not stay so. */
        if (m->gdb.greeted || error == LINK_E_INTERRUPTED) {
            (void)gdb_end(&m->gdb, false);
        }
        free(m);
        return error;
    }
    m->changeable = can_change(m);
    *changeable = m->changeable;
    *memory = (struct memory){&ops, m};
    return 0;
}
