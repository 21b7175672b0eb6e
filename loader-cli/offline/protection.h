// SPDX-License-Identifier: Apache-2.0
/* Where the memory protection of a board lets an app lie: by the kernel's own function. */
#ifndef OFFLINE_PROTECTION_H
#define OFFLINE_PROTECTION_H

#include <store/placement.h>

#include "board.h"

/** The rules of a board; NULL: any pages will do. */
const struct store_rules *protection_rules(const struct board *board);

#endif
