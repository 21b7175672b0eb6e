// SPDX-License-Identifier: Apache-2.0
/*
 * What is set once and holds for every run: an option on the command line comes before a variable
 * of the environment, that before the file of settings, that before what the tool does by itself.
 *
 * The file is TOML: LOADER_CONFIG, else gantry/config.toml in the user's configuration folder (XDG
 * Base Directory Specification). Single-threaded.
 */
#ifndef CLI_SETTINGS_H
#define CLI_SETTINGS_H

#include "cli.h"

/** Where a setting's value comes from. */
enum setting_origin { SETTING_DEFAULT, SETTING_FILE, SETTING_ENVIRONMENT };

/** One setting. */
struct setting {
    const char *key;      /* in the file; NULL: the end of the table */
    const char *variable; /* of the environment */
    const char *usual;    /* without either; "": nothing */
    const char *meaning;
};

/** All settings, ends with a key of NULL. */
extern const struct setting settings[];

/** A device's name of the user's own, from the table [devices]. */
struct setting_alias {
    char name[64];
    char selector[300];
};

/**
 * Reads the file, once.
 * @return EXIT_DONE, also without a file; EXIT_USAGE or what reading it failed with, reported
 */
int settings_load(struct cli *cli);
/** The file's name, whether it is there or not; "": there is none. */
const char *settings_path(void);
/** A setting's value, "" for none. origin: receives where it is from; may be NULL. */
const char *settings_value(const char *key, enum setting_origin *origin);
/** The selector that a name of the user's own stands for; else the name itself. NULL stays NULL. */
const char *settings_device(const char *name);
/** All names of devices. @param count  receives how many */
const struct setting_alias *settings_aliases(size_t *count);

#endif
