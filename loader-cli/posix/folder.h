// SPDX-License-Identifier: Apache-2.0
/* What is in a folder. */
#ifndef POSIX_FOLDER_H
#define POSIX_FOLDER_H

#include <stdbool.h>

/**
 * Names what is in a folder, in alphabetical order, hidden files left out.
 * @param visit  called with each path, the folder's name in front; a number other than 0 ends it
 * @return false: it is no folder, or cannot be read
 * @param result  receives what visit() answered last; 0: it was not called
 */
bool folder_each(const char *folder, int (*visit)(void *context, const char *path), void *context,
                 int *result);

#endif
