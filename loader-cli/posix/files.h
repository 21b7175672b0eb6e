// SPDX-License-Identifier: Apache-2.0
/* Files and folders, as far as C itself does not know of them. */
#ifndef POSIX_FILES_H
#define POSIX_FILES_H

#include <stdbool.h>
#include <stddef.h>

enum { FILES_PATH_MAX = 700, FILES_FOUND_MAX = 16 };

/** Whether a file is there and may be read. */
bool files_readable(const char *path);
/** Makes a folder. @return 0, or an errno; EEXIST for what is there already */
int files_make_folder(const char *path);
/** Takes a folder away that is empty. */
void files_remove_folder(const char *path);
/**
 * Writes a whole file, or nothing: beside it first, then moved into place; an interrupt waits for
 * that. A file that is there keeps its rights, a link still leads to it; a device is written to.
 * @param private_file  for nobody else to read
 * @return 0 or an errno
 */
int files_write(const char *path, const void *data, size_t size, bool private_file);
/** Whether an errno is what a full disk says, or a limit that works as one. */
bool files_is_full(int error);
/** An absolute name for a file; false when it is too long. */
bool files_absolute(const char *path, char *absolute, size_t size);
/**
 * The files in a folder whose names end so, in alphabetical order.
 * @param path  receives their names with the folder's in front, FILES_FOUND_MAX at most
 */
size_t files_find(const char *folder, const char *ending,
                  char path[FILES_FOUND_MAX][FILES_PATH_MAX]);

/** Whether there is anything of that name. */
bool files_exists(const char *path);

/** What a name stands for; a link is no plain file. */
enum files_kind { FILES_NONE, FILES_PLAIN, FILES_OTHER };
enum files_kind files_kind(const char *path);

#endif
