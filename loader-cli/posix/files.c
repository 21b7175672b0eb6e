// SPDX-License-Identifier: Apache-2.0
#include "files.h"

#include <errno.h>
#include <glob.h>
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
