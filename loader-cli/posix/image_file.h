// SPDX-License-Identifier: Apache-2.0
/* A flash image in a file. */
#ifndef POSIX_IMAGE_FILE_H
#define POSIX_IMAGE_FILE_H

#include <stdbool.h>

#include "../offline/memory.h"

/** A file that is locked. */
struct image_file {
    int fd;
    uint32_t base;       /* address of its first byte */
    uint8_t erase_value; /* what erased flash reads as */
};

/**
 * Reaches flash in a file.
 * @param file    copied; the memory owns the descriptor
 * @param memory  receives it
 * @return false: no room on the host
 */
bool image_file_memory(const struct image_file *file, struct memory *memory);

#endif
