// SPDX-License-Identifier: Apache-2.0
/* The packages at hand of what is installed on a device that is open. */
#ifndef DEVICE_PACKAGES_H
#define DEVICE_PACKAGES_H

#include "../package/package.h"
#include "../plan/plan.h"
#include "device.h"

/** The object that is installed, byte for byte, as it would be announced. */
struct device_package {
    struct bytes tbf;
    struct tbf_header header; /* points into it */
    struct link_begin begin;
};

/** One for each installed app of which there is one. Zeroed: none. */
struct device_packages {
    struct device_package package[DEVICE_APPS_MAX];
    size_t count;
};

/**
 * Looks through packages for the objects of the apps in the list that was read (device_list()).
 * @param from      files and folders, NULL behind the last; of a folder its .tab and .tbf files,
 *                  and what of them cannot be read is passed over with a remark
 * @param packages  receives what is found; packages_free() also after an error
 * @return an exit code, reported; EXIT_DONE also when there is none of any app
 */
int packages_find(struct device *device, char *const *from, struct device_packages *packages);
void packages_free(struct device_packages *packages);

/** The package of an app in the list; NULL: there is none. */
const struct device_package *packages_of(const struct device_packages *packages,
                                         const struct link_entry *entry);

/**
 * Whether an app can be moved by sending its object again, and if not why not.
 * @param package  its own; NULL: there is none
 */
enum plan_hold packages_hold(const struct device *device, const struct link_entry *entry,
                             const struct device_package *package);

#endif
