// SPDX-License-Identifier: Apache-2.0
/* Command lines that are mistakes, several for each command; T, E, K and O as in usage_test.c. */
#ifndef CLI_MISTAKES_H
#define CLI_MISTAKES_H

#include <stddef.h>

extern const char *const mistakes[];
extern const size_t mistake_count;

#endif
