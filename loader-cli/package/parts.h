// SPDX-License-Identifier: Apache-2.0
/* Bytes with the addresses where they belong: Intel HEX files, ELF executables. */
#ifndef PACKAGE_PARTS_H
#define PACKAGE_PARTS_H

#include "package.h"

enum { PARTS_MAX = 256 };

/** Bytes that follow each other. */
struct part {
    uint32_t address;
    struct bytes data;
};

/** What a file holds: no two parts overlap, none is empty, none passes the end of 32 bits. */
struct parts {
    size_t count;
    struct part part[PARTS_MAX];
};

/**
 * Reads Intel HEX, strictly: every line, its checksum, and the record that ends the file.
 * @param parts  filled in; to be freed, also after a failure
 * @param line   receives the line that is wrong; 0: it is the whole file
 * @return NULL; else what is wrong with it
 */
const char *hex_parse(const char *text, size_t length, struct parts *parts, unsigned *line);
/**
 * Writes Intel HEX.
 * @param text  receives it; to be freed
 * @return false: no room on the host
 */
bool hex_write(uint32_t address, const uint8_t *data, uint32_t length, struct bytes *text);

/**
 * Reads the segments of an ELF executable that have content, at their load addresses.
 * @return NULL; else what is wrong with it
 */
const char *elf_parts(const struct bytes *file, struct parts *parts);

/**
 * Reads a file that says itself where its bytes belong: ELF by its first bytes, HEX by its first
 * character. Errors are reported.
 * @param parts  to be freed, also after a failure
 */
int parts_read(struct cli *cli, const char *path, struct parts *parts);
void parts_free(struct parts *parts);

/** Adds bytes, to the part that they follow or as one of their own. @return NULL or what is wrong
 */
const char *parts_add(struct parts *parts, uint32_t address, const uint8_t *data, uint32_t length);
/** Whether no two parts overlap. */
bool parts_are_apart(const struct parts *parts);

#endif
