// SPDX-License-Identifier: Apache-2.0
/* That unit_edges() names every address at which unit_rights() changes: what map.c relies on. */
#ifndef MODEL_EDGES_H
#define MODEL_EDGES_H

#include <stdint.h>

#include "unit.h"

/** Random number generator with a fixed start, so that a failure can be repeated. */
uint32_t model_random(void);

/**
 * Has `fill` write random registers many times, which must be in or near [0x20000000, 0x20004000),
 * and compares each byte of that window with its neighbour. A cmocka test calls it.
 */
void model_edges_are_complete(void (*fill)(struct unit *unit));

#endif
