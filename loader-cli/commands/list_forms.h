// SPDX-License-Identifier: Apache-2.0
/* The list of apps in other forms than a table. After device_list(). */
#ifndef COMMANDS_LIST_FORMS_H
#define COMMANDS_LIST_FORMS_H

#include "../cli/cli.h"
#include "../device/device.h"

/** What an app is doing, or what its kernel will do with it. */
const char *list_state(const struct device *device, const struct link_entry *entry);
/** One line with every name. */
void list_names(const struct device *device);
/** Everything that is known of each app, and of one that is in reach the entries of its header. */
void list_verbose(const struct device *device);
/** The device, what is on it, and what that consists of. */
void list_tree(const struct device *device);
/** What lies where in flash, gaps as well: as far as the board is known. Adds "map" to the JSON. */
void list_map(const struct device *device);

#endif
