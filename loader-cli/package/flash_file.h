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
/** Adds bytes: to the last part when they follow it. @return false: no room, or beyond 32 bits */
bool flash_file_add(struct flash_file *file, uint32_t address, const uint8_t *data, size_t size);

#endif
