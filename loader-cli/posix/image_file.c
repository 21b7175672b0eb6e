// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <link/error.h>

#include "image_file.h"
#include "line.h"

static off_t offset_of(const struct image_file *file, uint32_t address)
{
    return (off_t)(address - file->base);
}

static int file_read(void *context, uint32_t address, void *data, uint32_t length)
{
    const struct image_file *file = context;
    uint8_t *out = data;
    off_t at = offset_of(file, address);

    while (length > 0) {
        ssize_t count = pread(file->fd, out, length, at);

        if (count < 0 && errno == EINTR && !interrupted()) {
            continue;
        }
        if (count <= 0) {
            return interrupted() ? LINK_E_INTERRUPTED : LINK_E_IO; /* it was cut meanwhile */
        }
        out += count;
        at += count;
        length -= (uint32_t)count;
    }
    return 0;
}

/* Once begun it is carried through: Ctrl-C counts between two operations. */
static int file_write(const struct image_file *file, uint32_t address, const uint8_t *data,
                      uint32_t length)
{
    off_t at = offset_of(file, address);

    while (length > 0) {
        ssize_t count = pwrite(file->fd, data, length, at);

        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count <= 0) {
            return LINK_E_IO;
        }
        data += count;
        at += count;
        length -= (uint32_t)count;
    }
    return 0;
}

static int file_program(void *context, uint32_t address, const void *data, uint32_t length)
{
    return interrupted() ? (int)LINK_E_INTERRUPTED : file_write(context, address, data, length);
}

static int file_erase(void *context, uint32_t address, uint32_t size)
{
    const struct image_file *file = context;
    uint8_t *erased = interrupted() ? NULL : malloc(size);
    int error;

    if (erased == NULL) {
        return interrupted() ? LINK_E_INTERRUPTED : LINK_E_IO;
    }
    memset(erased, file->erase_value, size);
    error = file_write(file, address, erased, size);
    free(erased);
    return error;
}

static int file_barrier(void *context)
{
    const struct image_file *file = context;

    return fdatasync(file->fd) == 0 || errno == EINVAL ? 0 : LINK_E_IO;
}

static void file_close(void *context)
{
    const struct image_file *file = context;

    close(file->fd);
    free(context);
}

bool image_file_memory(const struct image_file *file, struct memory *memory)
{
    static const struct memory_ops ops = {file_read, file_erase, file_program, file_barrier,
                                          file_close};
    struct image_file *own = malloc(sizeof *own);

    if (own == NULL) {
        return false;
    }
    *own = *file;
    *memory = (struct memory){&ops, own};
    // cppcheck-suppress memleak ; the memory holds it now, and closes it
    return true;
}
