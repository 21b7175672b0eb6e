// SPDX-License-Identifier: Apache-2.0
/* What this computer has and lets its users do. */
#ifndef POSIX_SYSTEM_H
#define POSIX_SYSTEM_H

#include <stdbool.h>
#include <stddef.h>

/** Why a file cannot be used, and what would change that. */
enum system_access {
    SYSTEM_MAY,   /* this user may read and write it */
    SYSTEM_LOGIN, /* the user is in the file's group, but was not when this session began */
    SYSTEM_GROUP, /* the file's group may: it takes membership */
    SYSTEM_NOBODY /* nobody but its owner may */
};

/**
 * Whether this user may read and write a file.
 * @param group  receives the name or number of its group, size bytes
 */
enum system_access system_access(const char *path, char *group, size_t size);
/** The user's name; "USER" when it is not known. */
const char *system_user(void);
/**
 * Whether a program of that name runs.
 * @param root  the folder that is "/" of the system looked at; "": this one
 */
bool system_runs(const char *root, const char *program);
/** Whether a program is found where the shell looks for programs. */
bool system_has(const char *program);

/** Sets a variable of the environment, for this run and what it starts. */
void system_set(const char *name, const char *value);

#endif
