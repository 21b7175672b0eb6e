// SPDX-License-Identifier: Apache-2.0
/* Compares what a protection unit lets unprivileged code do with what it is meant to be, byte by
 * byte. */
#ifndef MAP_H
#define MAP_H

#include <stdbool.h>
#include <stdint.h>

#include "unit.h"

/** Bytes with the same rights; end exclusive, at most 2^32. */
struct map_range {
    uint64_t start;
    uint64_t end;
    unsigned rights; /* UNIT_* */
};

/** The first byte whose rights are others than they should be. */
struct map_difference {
    const char *undefined; /* the registers are no defined state; nothing else is set then */
    uint32_t address;
    unsigned meant;
    unsigned found;
    const char *access; /* an access of several bytes, when it is about one */
};

/**
 * Whether unprivileged code has exactly the rights of `range` (they do not overlap) and none to any
 * other byte of the 2^32. Accesses of four bytes are tried at the ends of each range too.
 */
bool map_is_exact(const struct unit *unit, const struct map_range *range, uint32_t count,
                  struct map_difference *difference);

#endif
