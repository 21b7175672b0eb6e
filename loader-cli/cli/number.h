// SPDX-License-Identifier: Apache-2.0
/* Numbers on command lines. */
#ifndef CLI_NUMBER_H
#define CLI_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

/** Reads a number of 32 bits, decimal or with 0x in front; false: the text is none. */
bool number_read(const char *text, uint32_t *value);

#endif
