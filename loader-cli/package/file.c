// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../posix/files.h"
#include "../posix/reason.h"
#include "package.h"

void bytes_free(struct bytes *bytes)
{
    free(bytes->data);
    *bytes = (struct bytes){NULL, 0};
}

bool bytes_resize(struct bytes *bytes, size_t size)
{
    uint8_t *data = realloc(bytes->data, size > 0 ? size : 1);

    if (data == NULL) {
        return false;
    }
    if (size > bytes->size) {
        memset(data + bytes->size, 0, size - bytes->size);
    }
    *bytes = (struct bytes){data, size};
    // cppcheck-suppress memleak ; the caller's structure holds it now
    return true;
}

static int read_all(FILE *file, struct bytes *content)
{
    size_t used = 0;

    do {
        if (used == content->size && !bytes_resize(content, content->size * 2 + 65536)) {
            return ENOMEM;
        }
        errno = 0;
        used += fread(content->data + used, 1, content->size - used, file);
        if (used > PACKAGE_MAX) {
            return EFBIG;
        }
    } while (!feof(file) && !ferror(file));
    content->size = used;
    return !ferror(file) ? 0 : errno != 0 ? errno : EIO;
}

int file_read(struct cli *cli, const char *path, struct bytes *content)
{
    FILE *file = fopen(path, "rb");
    int error = errno;

    *content = (struct bytes){NULL, 0};
    if (file == NULL) {
        return cli_fail(cli, error == EACCES ? EXIT_PERMISSION : EXIT_FAILED,
                        error == ENOENT ? "a name counts from the folder that the command is run in"
                                        : NULL,
                        "cannot open '%s': %s", path, reason(error).text);
    }
    error = read_all(file, content);
    fclose(file);
    if (error != 0) {
        bytes_free(content);
        return cli_fail(cli, error == ENOMEM ? EXIT_MEMORY : EXIT_FAILED,
                        error == EISDIR  ? "name a file in it"
                        : error == EFBIG ? "files of up to 16 MiB are read"
                                         : NULL,
                        "cannot read '%s': %s", path, reason(error).text);
    }
    return EXIT_DONE;
}

int file_write(struct cli *cli, const char *path, const void *data, size_t size, bool private_file)
{
    int error = files_write(path, data, size, private_file);
    int code = files_is_full(error)                ? EXIT_SPACE
               : error == EACCES || error == EPERM ? EXIT_PERMISSION
                                                   : EXIT_FAILED;

    return error == 0
               ? EXIT_DONE
               : cli_fail(cli, code,
                          files_is_full(error) ? "make room, or name a file elsewhere" : NULL,
                          "cannot write '%s': %s", path, reason(error).text);
}
