// SPDX-License-Identifier: Apache-2.0
#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "interrupt.h"

bool files_readable(const char *path)
{
    return access(path, R_OK) == 0;
}

int files_make_folder(const char *path)
{
    return mkdir(path, 0777) == 0 ? 0 : errno;
}

void files_remove_folder(const char *path)
{
    (void)rmdir(path);
}

static int write_all(int fd, const char *data, size_t size)
{
    while (size > 0) {
        ssize_t written = write(fd, data, size);

        if (written < 0 && errno != EINTR) {
            return errno;
        }
        data += written > 0 ? written : 0;
        size -= written > 0 ? (size_t)written : 0;
    }
    return 0;
}

/* Writes what was opened, and closes it: some file systems say only then that they are full. */
static int fill(int fd, const void *data, size_t size)
{
    int error = fd < 0 ? errno : write_all(fd, data, size);

    if (fd >= 0 && close(fd) != 0 && error == 0) {
        error = errno;
    }
    return error;
}

/* old: the file that is there; NULL: none. */
static int write_beside(const char *path, const struct stat *old, const void *data, size_t size,
                        bool private_file)
{
    char part[PATH_MAX];
    int length = snprintf(part, sizeof part, "%s.%ld.part", path, (long)getpid());
    int error;
    int fd;

    if (length < 0 || (size_t)length >= sizeof part) {
        return ENAMETOOLONG;
    }
    fd = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, private_file ? 0600 : 0666);
    if (fd < 0) {
        return errno;
    }
    error = old != NULL && !private_file && fchmod(fd, old->st_mode & 07777) != 0 ? errno : 0;
    if (error != 0) {
        (void)close(fd);
    } else {
        error = fill(fd, data, size);
    }
    if (error == 0 && rename(part, path) != 0) {
        error = errno;
    }
    if (error != 0) {
        (void)unlink(part);
    }
    return error;
}

int files_write(const char *path, const void *data, size_t size, bool private_file)
{
    char target[PATH_MAX];
    struct stat old;
    int error;

    if (stat(path, &old) != 0) {
        interrupt_hold();
        error = write_beside(path, NULL, data, size, private_file);
        interrupt_release();
        return error;
    }
    if (!S_ISREG(old.st_mode)) {
        return S_ISDIR(old.st_mode) ? EISDIR : fill(open(path, O_WRONLY | O_CLOEXEC), data, size);
    }
    if (realpath(path, target) == NULL) {
        return errno;
    }
    interrupt_hold();
    error = write_beside(target, &old, data, size, private_file);
    interrupt_release();
    return error;
}

bool files_is_full(int error)
{
    return error == ENOSPC || error == EFBIG || error == EDQUOT;
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
