// SPDX-License-Identifier: Apache-2.0
#include "rows.h"

#include <stdio.h>
#include <string.h>

#include "../posix/terminal.h"

enum { BAR = 20, LINE_SIZE = 512 };

void rows_begin(struct rows *rows, struct row *row, size_t count, bool drawn)
{
    size_t columns;
    size_t lines;

    terminal_size(&columns, &lines);
    *rows =
        (struct rows){.row = row, .count = count, .drawn = drawn && count < lines, .changed = true};
    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(row[i].name);

        rows->width = length > rows->width ? length : rows->width;
    }
}

static uint32_t percent(const struct row *row)
{
    return row->total > 0 ? (uint32_t)((uint64_t)row->done * 100u / row->total) : 100;
}

void rows_changed(struct rows *rows)
{
    rows->changed = true;
}

void rows_moved(struct rows *rows, struct row *row)
{
    rows->changed = rows->changed || percent(row) / 10 != row->tenths;
    if (!rows->drawn && percent(row) / 10 > row->tenths) {
        fprintf(stderr, "%s: %s: %u %%, %u of %u bytes\n", row->name, row->what, percent(row),
                row->done, row->total);
    }
    row->tenths = percent(row) / 10; /* back to 0 when another transfer begins */
}

/* As much as fits beside the name: the bar becomes shorter before anything is cut off. */
static void format(const struct rows *rows, const struct row *row, size_t columns, char *line,
                   size_t size)
{
    const size_t beside = rows->width + sizeof "  [] 100 %" - 1;
    const size_t room = columns > beside + BAR ? BAR : columns > beside ? columns - beside : 0;
    const uint32_t bars = (uint32_t)room;
    char bar[BAR + 1];
    uint32_t left = row->rate > 0 ? (row->total - row->done) / row->rate : 0;

    if (row->what[0] == '\0' || row->ended) {
        snprintf(line, size, "%-*s  %s", (int)rows->width, row->name, row->state);
        return;
    }
    for (uint32_t i = 0; i < bars; i++) {
        bar[i] = i * 100 < percent(row) * bars ? '#' : '.';
    }
    bar[bars] = '\0';
    snprintf(line, size, "%-*s  [%s] %3u %%  %.1f KiB/s  %u s left  %s", (int)rows->width,
             row->name, bar, percent(row), row->rate / 1024.0, left, row->what);
}

void rows_draw(struct rows *rows, bool anyhow)
{
    size_t columns;
    size_t lines;

    if (!rows->drawn || !(rows->changed || anyhow)) {
        return;
    }
    rows->changed = false;
    terminal_size(&columns, &lines);
    if (rows->above > 0) {
        fprintf(stderr, "\033[%zuA", rows->above);
    }
    for (size_t i = 0; i < rows->count; i++) {
        char line[LINE_SIZE];

        format(rows, &rows->row[i], columns - 1, line, sizeof line);
        /* A line that is wrapped would be two, and the next drawing one too low. */
        fprintf(stderr, "%.*s\033[K\n", (int)(columns - 1), line);
    }
    rows->above = rows->count;
    fflush(stderr);
}
