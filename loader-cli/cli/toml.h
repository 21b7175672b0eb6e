// SPDX-License-Identifier: Apache-2.0
/*
 * Reads the part of TOML 1.0 that settings need: comments, [tables] of one level, keys bare or in
 * quotes, and as values strings of one line, whole numbers in decimal, true and false. Every text
 * that is accepted means the same to a full TOML reader; everything else of TOML is refused by
 * name, not skipped, and so are characters that cannot be seen. No C library for TOML is packaged
 * widely enough to build upon.
 */
#ifndef CLI_TOML_H
#define CLI_TOML_H

#include <stdbool.h>
#include <stddef.h>

enum { TOML_NAME_MAX = 64, TOML_TEXT_MAX = 512 };

enum toml_kind { TOML_STRING, TOML_NUMBER, TOML_BOOLEAN };

/** One key with its value. */
struct toml_value {
    char table[TOML_NAME_MAX]; /* "": in front of all tables */
    char key[TOML_NAME_MAX];
    enum toml_kind kind;
    char text[TOML_TEXT_MAX]; /* the string; the number's digits; "true" or "false" */
    int line;                 /* counted from 1 */
};

/**
 * Takes a value, in the order of the file.
 * @return NULL, or what is wrong with it, which ends the reading
 */
typedef const char *(*toml_take)(void *context, const struct toml_value *value);

/**
 * Reads a text. Keys that come twice are the taker's to find.
 * @param text    ends with '\0'; not changed
 * @param line    receives the line of the mistake
 * @return NULL, or what is wrong
 */
const char *toml_read(const char *text, toml_take take, void *context, int *line);

#endif
