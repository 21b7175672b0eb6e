// SPDX-License-Identifier: Apache-2.0
/* The part of the system that says who may use which device. */
#ifndef POSIX_UDEV_H
#define POSIX_UDEV_H

#include <stdbool.h>
#include <stddef.h>

#include "../transport/usb.h"

enum { UDEV_RULES_MAX = 4096, UDEV_PATH_MAX = 1024 };

/* Sorts before the rules that act on the tag (73-seat-late.rules). */
#define UDEV_FILE         "70-gantry.rules"
#define UDEV_USUAL_FOLDER "/etc/udev/rules.d"

/** By this first line a file is known to be ours. */
extern const char udev_mark[];

/**
 * Writes the rules for all known boards.
 * @param rules  receives them, UDEV_RULES_MAX bytes
 * @param own    one more product; NULL: none
 */
void udev_make_rules(char *rules, const struct usb_name *own);

/** How rules are installed. */
enum udev_state {
    UDEV_CURRENT,  /* all that this tool would write are there */
    UDEV_OUTDATED, /* some are missing */
    UDEV_FOREIGN,  /* somebody else's file has the name, or an empty one masks ours */
    UDEV_MISSING
};

/**
 * Looks for the file of rules where udev does.
 * @param root  the folder that is "/" of the system looked at; "": this one
 * @param path  receives the file's name, UDEV_PATH_MAX bytes; "" when there is none
 */
enum udev_state udev_look(const char *root, char *path);

/** Has udev read its rules again and apply them to what is plugged in; false when it did not. */
bool udev_reload(void);

#endif
