// SPDX-License-Identifier: Apache-2.0
#include "system.h"

#include <ctype.h>
#include <dirent.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char *system_user(void)
{
    const struct passwd *user = getpwuid(getuid());

    return user != NULL ? user->pw_name : "USER";
}

static bool is_member(const struct group *group)
{
    const char *user = system_user();

    for (char **member = group->gr_mem; *member != NULL; member++) {
        if (strcmp(*member, user) == 0) {
            return true;
        }
    }
    return false;
}

enum system_access system_access(const char *path, char *group, size_t size)
{
    const struct group *found;
    struct stat file;

    snprintf(group, size, "?");
    if (access(path, R_OK | W_OK) == 0) {
        return SYSTEM_MAY;
    }
    if (stat(path, &file) != 0) {
        return SYSTEM_NOBODY;
    }
    found = getgrgid(file.st_gid);
    if (found != NULL) {
        snprintf(group, size, "%s", found->gr_name);
    } else {
        snprintf(group, size, "%ld", (long)file.st_gid);
    }
    /* Membership of root's own group is nothing to be advised. */
    if ((file.st_mode & 060) != 060 || file.st_gid == 0) {
        return SYSTEM_NOBODY;
    }
    return found != NULL && is_member(found) ? SYSTEM_LOGIN : SYSTEM_GROUP;
}

static bool process_is(const char *root, const char *number, const char *program)
{
    char path[512];
    char name[64] = "";
    FILE *file;

    snprintf(path, sizeof path, "%s/proc/%s/comm", root, number);
    file = fopen(path, "r");
    if (file == NULL) {
        return false; /* it has ended */
    }
    if (fgets(name, sizeof name, file) == NULL) {
        name[0] = '\0';
    }
    fclose(file);
    name[strcspn(name, "\n")] = '\0';
    return strcmp(name, program) == 0;
}

bool system_runs(const char *root, const char *program)
{
    char path[512];
    const struct dirent *entry;
    bool found = false;
    DIR *folder;

    snprintf(path, sizeof path, "%s/proc", root);
    folder = opendir(path);
    if (folder == NULL) {
        return false;
    }
    while (!found && (entry = readdir(folder)) != NULL) {
        found =
            isdigit((unsigned char)entry->d_name[0]) && process_is(root, entry->d_name, program);
    }
    closedir(folder);
    return found;
}

bool system_has(const char *program)
{
    const char *folder = getenv("PATH");

    while (folder != NULL && *folder != '\0') {
        size_t length = strcspn(folder, ":");
        char path[1024];

        snprintf(path, sizeof path, "%.*s/%s", (int)length, folder, program);
        if (access(path, X_OK) == 0) {
            return true;
        }
        folder += length + (folder[length] == ':' ? 1 : 0);
    }
    return false;
}

void system_set(const char *name, const char *value)
{
    (void)setenv(name, value, 1);
}
