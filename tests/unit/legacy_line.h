// SPDX-License-Identifier: Apache-2.0
/* The line of the bench, which the engine of the flash protocol shares with Tock's protocol. */
#ifndef TESTS_LEGACY_LINE_H
#define TESTS_LEGACY_LINE_H

#include "legacy_bench.h"

#include <link/device.h>

extern struct line shared;
extern struct link_device engine;

/** The engine's configuration, all but `request` and `data`: those are the test's. */
struct link_device_config shared_config(void);
/**
 * Everything as it is when the board starts.
 * @param link     shared_config() and what the test adds; must stay
 * @param allowed  for struct line_config
 * @param payload  the same
 */
void shared_start(const struct link_device_config *link, bool (*allowed)(void), uint8_t *payload);

#endif
