// SPDX-License-Identifier: Apache-2.0
#include "folder.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

enum { PATH_ROOM = 4096 };

static int is_shown(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

bool folder_each(const char *folder, int (*visit)(void *context, const char *path), void *context,
                 int *result)
{
    struct dirent **found;
    int count = scandir(folder, &found, is_shown, alphasort);

    *result = 0;
    if (count < 0) {
        return false;
    }
    for (int i = 0; i < count; i++) {
        char path[PATH_ROOM];
        int length = snprintf(path, sizeof path, "%s/%s", folder, found[i]->d_name);

        if (*result == 0 && length > 0 && length < PATH_ROOM) {
            *result = visit(context, path);
        }
        free(found[i]);
    }
    free(found);
    return true;
}
