// SPDX-License-Identifier: Apache-2.0
/*
 * What must be known of a board to change its flash without its help: geometry, and what lies
 * where. Built in for the boards of this tree, from their own memory maps; else from a JSON file
 * (docs/offline.md).
 */
#ifndef OFFLINE_BOARD_H
#define OFFLINE_BOARD_H

#include <store/store.h>

#include "../report/report.h"

enum { BOARD_RUNS_MAX = 8, BOARD_SLOTS = 2, BOARD_NAME_MAX = 32 };

/** How debug probes' servers call a board's chip; "": not known. */
struct board_probe {
    char openocd[200]; /* files and commands of a configuration, with ',' between them */
    char pyocd[64];
    char jlink[64];
};

/** A board. Addresses are those of the device. */
struct board {
    char name[BOARD_NAME_MAX + 1];
    char architecture[BOARD_NAME_MAX + 1];
    struct hil_flash_run run[BOARD_RUNS_MAX];
    struct hil_flash_geometry geometry; /* `runs` is set by board_find() */
    struct store_extent journal[2];
    struct store_extent apps;
    struct store_extent slot[BOARD_SLOTS]; /* of kernels; size 0: there is none */
    struct store_extent ram; /* where a control block of RTT may lie; size 0: not known */
    struct board_probe probe;
    struct store_extent values; /* the key-value store, a region a page; size 0: not known */
    struct store_extent spares; /* the storage's spare pages; size 0 when `values` has it */
    uint32_t app_ram_size;
    uint8_t identities_max;
    bool regions; /* Arm PMSAv6 or PMSAv7: an app's flash must be coverable by its regions */
};

/** Built in; ends with NULL. */
extern const struct board *const boards[];

/**
 * Finds a board and checks its description: everything inside the flash, on pages, apart.
 * @param name   of a built-in board, or a JSON file when it has a '/' or ends in ".json"
 * @param board  receives it; must stay where it is, for it points into itself
 * @return an exit code; reported
 */
int board_find(struct cli *cli, const char *name, struct board *board);
enum { BOARD_NAMES_SIZE = 256 };
/**
 * The names of the built-in boards, with ", " between them.
 * @param names  receives them
 * @param size   of that, bytes; BOARD_NAMES_SIZE has room for all
 * @return names
 */
const char *board_names(char *names, size_t size);

#endif
