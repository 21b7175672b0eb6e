// SPDX-License-Identifier: Apache-2.0
/* Names in the C that the tool writes. */
#ifndef COMMANDS_C_NAME_H
#define COMMANDS_C_NAME_H

#include <stdbool.h>

enum { C_NAME_MAX = 64 }; /* the most characters of one */

/** Whether a text is an identifier of C, as far as its characters go: a keyword is one, too. */
bool c_name_is_sound(const char *text);

#endif
