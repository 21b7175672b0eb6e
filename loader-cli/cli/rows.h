// SPDX-License-Identifier: Apache-2.0
/*
 * How several devices are doing: a row each, drawn anew in place on a terminal; elsewhere a plain
 * line for every 10 % of a transfer. Standard error.
 */
#ifndef CLI_ROWS_H
#define CLI_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ROW_WHAT_MAX = 64, ROW_STATE_MAX = 24 };

/** One device. */
struct row {
    const char *name;
    char state[ROW_STATE_MAX]; /* "waiting", "connected", "done", ... */
    char what[ROW_WHAT_MAX];   /* the package of the transfer; "": none so far */
    uint32_t done;             /* bytes */
    uint32_t total;
    uint32_t rate; /* bytes a second */
    bool ended;
    uint32_t tenths; /* of the transfer, shown as plain lines */
};

struct rows {
    struct row *row;
    size_t count;
    size_t width; /* of the longest name */
    bool drawn;   /* on a terminal with room for all; else plain lines */
    size_t above; /* rows that stand above the cursor */
    bool changed; /* by more than a figure since they were drawn */
};

/**
 * Begins. The rows must stay.
 * @param drawn  on a terminal; plain lines are written if it has no room for all
 */
void rows_begin(struct rows *rows, struct row *row, size_t count, bool drawn);
/** A transfer has gone on: a plain line, where rows are not drawn. */
void rows_moved(struct rows *rows, struct row *row);
/** A row has another state. */
void rows_changed(struct rows *rows);
/** Draws all rows, where they are drawn, if anything has changed. @param anyhow  also figures alone
 */
void rows_draw(struct rows *rows, bool anyhow);

#endif
