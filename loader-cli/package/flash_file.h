// SPDX-License-Identifier: Apache-2.0
/* Files that say by themselves where in flash their bytes belong: Intel HEX and ELF. */
#ifndef PACKAGE_FLASH_FILE_H
#define PACKAGE_FLASH_FILE_H

#include "package.h"

enum { FLASH_PARTS_MAX = 256 };

/** Bytes that follow each other. */
struct flash_part {
    uint32_t address;
    struct bytes bytes;
};

struct flash_file {
    size_t count;
    struct flash_part part[FLASH_PARTS_MAX]; /* in the order of the file; none is empty */
};

/** What a file is, by its first bytes. */
enum flash_kind { FLASH_BINARY, FLASH_HEX, FLASH_ELF };

/** Tells it; any content. */
enum flash_kind flash_file_kind(const struct bytes *content);
/**
 * Reads Intel HEX (records 00 to 05, each with its checksum) or the loadable segments of an ELF
 * file, at their physical addresses.
 * @param path  for messages
 * @param file  receives the parts; flash_file_free() is due whatever is returned
 * @return an exit code; reported
 */
int flash_file_read(struct cli *cli, const char *path, const struct bytes *content,
                    struct flash_file *file);
void flash_file_free(struct flash_file *file);

/** Intel HEX alone. @return 0, or the number of the line that is wrong, from 1 */
size_t hex_read(const char *text, size_t length, struct flash_file *file);
/** A line of Intel HEX as it is written here, with its terminator. */
enum { HEX_LINE_MAX = 1 + 2 * (4 + 16 + 1) + 1 };

/** What is still to be written of a range as Intel HEX; begins with the first three set. */
struct hex_range {
    uint32_t address;
    const uint8_t *bytes; /* not owned */
    uint32_t length;      /* address + length is at most 2^32 */
    uint32_t bank;        /* of 64 KiB, that was said last */
    bool banked;
    bool ended;
};

/**
 * Writes the next record of a range, the last one is the end's.
 * @param line  receives it, without a line end
 * @return false: all of it has been written, and line was left alone
 */
bool hex_next(struct hex_range *range, char line[HEX_LINE_MAX]);
/** The whole text. @param text  receives it; bytes_free() is due. @return false: no memory */
bool hex_write(uint32_t address, const uint8_t *bytes, uint32_t length, struct bytes *text);
/** Adds bytes: to the last part when they follow it. @return false: no room, or beyond 32 bits */
bool flash_file_add(struct flash_file *file, uint32_t address, const uint8_t *data, size_t size);

#endif
