// SPDX-License-Identifier: Apache-2.0
/* The forms that a list of apps has. After device_list(). */
#ifndef COMMANDS_LIST_FORMS_H
#define COMMANDS_LIST_FORMS_H

#include <gantry/gantry.h>

#include "../cli/cli.h"
#include "../device/device.h"

/** What an app is doing, or what its kernel will do with it. */
const char *list_state(const struct device *device, const struct link_entry *entry);
/** The same of the library's answer. */
const char *list_word(enum gantry_state state);
/** A table, an app a line; fitted to the terminal that standard output is. After gantry_list(). */
void list_table(const struct cli *cli, const struct gantry *gantry, size_t apps);
/** One line with every name. */
void list_names(const struct device *device);
/** Everything that is known of each app, and of one that is in reach the entries of its header. */
void list_verbose(const struct device *device);
/** The device, what is on it, and what that consists of. */
void list_tree(const struct device *device);
/** What lies where in flash, gaps as well: as far as the board is known. Adds "map" to the JSON. */
void list_map(const struct device *device);

#endif
