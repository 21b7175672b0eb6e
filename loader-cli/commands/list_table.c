// SPDX-License-Identifier: Apache-2.0
/*
 * The usual form of a list, an app a line. Columns grow with what is in them, so that they stay
 * aligned. On a terminal that is too narrow they come as close as they can, and then names are
 * shortened; what is read by a program is never shortened.
 */
#include <stdio.h>
#include <string.h>

#include "../posix/terminal.h"
#include "list_forms.h"

enum column { NAME, STATE, VERSION, SIZE, WASTE, RAM, RAM_WASTE, ADDRESS, SHORT_ID, OWNER, STICKY };

enum {
    COLUMNS = STICKY + 1,
    CELL_MAX = GANTRY_TEXT_SIZE,
    LINE_MAX_BYTES = COLUMNS * (CELL_MAX + 4),
    NAME_LEAST = 10, /* of a name and of an owner that are shortened */
    OWNER_LEAST = 8
};

struct row {
    char cell[COLUMNS][CELL_MAX];
};

struct layout {
    size_t width[COLUMNS]; /* characters */
    size_t gap[COLUMNS];   /* in front of the column */
};

static const struct row heads = {{"NAME", "STATE", "VERSION", "SIZE", "WASTE", "RAM", "WASTE",
                                  "ADDRESS", "SHORTID", "OWNER", ""}};

/* What fits most lists: they look alike then. */
static const struct layout usual = {
    .width = {[NAME] = 20,
              [STATE] = 8,
              [VERSION] = 7,
              [SIZE] = 8,
              [WASTE] = 6,
              [RAM] = 7,
              [RAM_WASTE] = 6,
              [ADDRESS] = 10,
              [SHORT_ID] = 10},
    .gap = {0, 1, 1, 1, 1, 1, 1, 2, 1, 2, 2},
};
static const struct layout narrow = {.gap = {0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}};

static bool is_number(enum column column)
{
    return column >= VERSION && column <= RAM_WASTE;
}

static void fill(struct row *row, const struct gantry_app *app)
{
    memset(row, 0, sizeof *row);
    snprintf(row->cell[NAME], CELL_MAX, "%s", app->name);
    snprintf(row->cell[STATE], CELL_MAX, "%s", list_word(app->state));
    snprintf(row->cell[VERSION], CELL_MAX, "%u", app->version);
    snprintf(row->cell[SIZE], CELL_MAX, "%u", app->size);
    snprintf(row->cell[WASTE], CELL_MAX, "%u", app->waste);
    snprintf(row->cell[RAM], CELL_MAX, "%u", app->ram);
    if (app->ram_known) {
        snprintf(row->cell[RAM_WASTE], CELL_MAX, "%u", app->ram_waste);
    } else {
        /* Known of processes only: the block is chosen when one is made. */
        snprintf(row->cell[RAM_WASTE], CELL_MAX, "-");
    }
    snprintf(row->cell[ADDRESS], CELL_MAX, "0x%08x", app->address);
    snprintf(row->cell[SHORT_ID], CELL_MAX, "0x%08x", app->short_id);
    snprintf(row->cell[OWNER], CELL_MAX, "%s", app->owner);
    snprintf(row->cell[STICKY], CELL_MAX, "%s", app->sticky ? "sticky" : "");
}

/* Characters of a text in UTF-8. */
static size_t length_of(const char *text)
{
    size_t length = 0;

    for (; *text != '\0'; text++) {
        length += ((unsigned char)*text & 0xC0) != 0x80 ? 1 : 0;
    }
    return length;
}

/* Cuts a text to so many characters, three of them the dots that tell so. */
static void shorten(char *text, size_t width)
{
    size_t at = 0;

    if (length_of(text) <= width) {
        return;
    }
    for (size_t kept = 0; kept < width - 3; kept++) {
        do {
            at++;
        } while (((unsigned char)text[at] & 0xC0) == 0x80);
    }
    snprintf(text + at, CELL_MAX - at, "...");
}

static void widen(struct layout *layout, const struct row *row)
{
    for (size_t i = 0; i < COLUMNS; i++) {
        const size_t length = length_of(row->cell[i]);

        layout->width[i] = length > layout->width[i] ? length : layout->width[i];
    }
}

static void measure(struct layout *layout, const struct gantry *gantry, size_t apps)
{
    struct row row;

    widen(layout, &heads);
    for (size_t i = 0; i < apps; i++) {
        fill(&row, gantry_app(gantry, i));
        widen(layout, &row);
    }
}

static size_t width_of(const struct layout *layout)
{
    size_t sum = 0;

    for (size_t i = 0; i < COLUMNS; i++) {
        sum += layout->width[i] > 0 ? layout->gap[i] + layout->width[i] : 0;
    }
    return sum;
}

/* Takes from a column what the line is too long, but leaves it a width. */
static void squeeze(struct layout *layout, enum column column, size_t least, size_t columns)
{
    const size_t is = width_of(layout);
    const size_t excess = is > columns ? is - columns : 0;
    const size_t spare = layout->width[column] > least ? layout->width[column] - least : 0;

    layout->width[column] -= excess < spare ? excess : spare;
}

static void print_row(const struct cli *cli, const struct layout *layout, struct row *row)
{
    char line[LINE_MAX_BYTES] = "";
    size_t used = 0;

    shorten(row->cell[NAME], layout->width[NAME]);
    shorten(row->cell[OWNER], layout->width[OWNER]);
    for (size_t i = 0; i < COLUMNS; i++) {
        const char *cell = row->cell[i];
        const int fill_up = (int)(layout->width[i] - length_of(cell));
        const bool right = is_number((enum column)i);

        used +=
            (size_t)snprintf(line + used, sizeof line - used, "%*s%*s%s%*s", (int)layout->gap[i],
                             "", right ? fill_up : 0, "", cell, right ? 0 : fill_up, "");
    }
    while (used > 0 && line[used - 1] == ' ') {
        line[--used] = '\0';
    }
    cli_say(cli, "%s", line);
}

void list_table(const struct cli *cli, const struct gantry *gantry, size_t apps)
{
    const size_t columns = terminal_output_columns();
    struct layout layout = usual;
    struct row row = heads;

    measure(&layout, gantry, apps);
    if (columns > 0 && width_of(&layout) > columns) {
        layout = narrow;
        measure(&layout, gantry, apps);
        squeeze(&layout, OWNER, OWNER_LEAST, columns);
        squeeze(&layout, NAME, NAME_LEAST, columns);
    }
    print_row(cli, &layout, &row);
    for (size_t i = 0; i < apps; i++) {
        fill(&row, gantry_app(gantry, i));
        print_row(cli, &layout, &row);
    }
}
