// SPDX-License-Identifier: Apache-2.0
/* Installing one app on a device that is open. */
#ifndef DEVICE_INSTALL_H
#define DEVICE_INSTALL_H

#include "../package/package.h"
#include "device.h"

/** How to install. */
struct install_options {
    bool update_only; /* refuse an app that is not installed yet */
    bool in_place;    /* without room for both versions, remove the old one first */
    bool dry_run;     /* check everything, change nothing */
    bool unchecked;   /* leave all checks to the device */
    /**
     * Says what would happen instead of doing it; NULL: it is done, or with dry_run checked.
     * @return what the install ends with
     */
    int (*outlook)(struct device *device, const char *what, const struct tbf_header *header,
                   const struct link_begin *begin, bool update_only);
    const struct bytes *send_instead; /* of what was announced, for tests of the device; NULL */
};

/** What was installed, or would be. */
struct install_done {
    char name[4 * TBF_NAME_MAX + 8];
    uint32_t version;
    uint32_t size;
    uint32_t ram;
};

/**
 * Installs or updates an app.
 * @param what  what messages call the package
 * @param done  receives what was installed, when all is well
 */
int device_install(struct device *device, const char *what, struct tab *tab,
                   const struct install_options *options, struct install_done *done);

#endif
