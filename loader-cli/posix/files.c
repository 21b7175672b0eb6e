// SPDX-License-Identifier: Apache-2.0
#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

bool files_readable(const char *path)
{
    return access(path, R_OK) == 0;
}

int files_make_folder(const char *path)
{
    return mkdir(path, 0777) == 0 ? 0 : errno;
}

bool files_absolute(const char *path, char *absolute, size_t size)
{
    char folder[FILES_PATH_MAX] = "";
    int length;

    if (path[0] != '/' && getcwd(folder, sizeof folder) == NULL) {
        return false;
    }
    length = snprintf(absolute, size, "%s%s%s", folder, path[0] != '/' ? "/" : "", path);
    return length > 0 && (size_t)length < size;
}

size_t files_find(const char *folder, const char *ending,
                  char path[FILES_FOUND_MAX][FILES_PATH_MAX])
{
    char pattern[FILES_PATH_MAX];
    size_t count = 0;
    glob_t found;

    snprintf(pattern, sizeof pattern, "%s/*%s", folder, ending);
    if (glob(pattern, 0, NULL, &found) == 0) {
        for (; count < found.gl_pathc && count < FILES_FOUND_MAX; count++) {
            snprintf(path[count], FILES_PATH_MAX, "%s", found.gl_pathv[count]);
        }
        globfree(&found);
    }
    return count;
}

bool files_exists(const char *path)
{
    struct stat ignored;

    return stat(path, &ignored) == 0;
}

enum files_kind files_kind(const char *path)
{
    struct stat file;

    if (lstat(path, &file) != 0) {
        return errno == ENOENT ? FILES_NONE : FILES_OTHER;
    }
    return S_ISREG(file.st_mode) ? FILES_PLAIN : FILES_OTHER;
}

static bool write_all(int fd, const uint8_t *data, size_t size)
{
    while (size > 0) {
        ssize_t written = write(fd, data, size);

        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            return false;
        }
        data += written;
        size -= (size_t)written;
    }
    return true;
}

int files_write(const char *path, const void *data, size_t size, bool private_file)
{
    char temporary[4096];
    int length = snprintf(temporary, sizeof temporary, "%s.%ld.part", path, (long)getpid());
    bool ok = false;
    int error = 0;
    int fd;

    if (length < 0 || (size_t)length >= sizeof temporary) {
        return ENAMETOOLONG;
    }
    fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, private_file ? 0600 : 0666);
    if (fd >= 0) {
        ok = write_all(fd, data, size);
        ok = close(fd) == 0 && ok;
        ok = ok && rename(temporary, path) == 0;
    }
    if (!ok) {
        error = errno != 0 ? errno : EIO;
        unlink(temporary);
    }
    return error;
}
